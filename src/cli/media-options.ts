// The inputs as options: a picture or a video, one voice or two. The same for `generate` here and for jobs at a hub.
import { STANDARD_INPUT } from '../app/generate-to-file.ts'
import { AppError } from '../domain/errors.ts'
import type { OptionDefinition, ParsedArguments } from './command.ts'

export const MEDIA_OPTIONS: readonly OptionDefinition[] = [
  { name: 'mode', value: 'MODE', help: 'i2v: animate a picture; v2v: set the lips of a video.' },
  { name: 'image', short: 'i', value: 'FILE', help: 'The picture: a file or an http(s) URL.' },
  { name: 'video', short: 'v', value: 'FILE', help: 'The video whose lips are set anew.' },
  { name: 'audio', short: 'a', value: 'FILE', help: 'The voice: a file, a URL, or - for stdin.' },
  { name: 'audio-2', value: 'FILE', help: 'The voice of a second person, on the right.' },
  {
    name: 'box',
    value: 'X,Y,W,H',
    help: 'Where the first person is, as fractions of the picture.',
  },
  { name: 'box-2', value: 'X,Y,W,H', help: 'Where the second person is.' },
]

export interface MediaArguments {
  readonly kind: 'image' | 'video'
  readonly visual: string
  /** One or two. */
  readonly voices: readonly VoiceArgument[]
}

/** x, y, width, height. */
type Box = [number, number, number, number]

export interface VoiceArgument {
  readonly source: string
  /** For the request, which judges it. */
  readonly box: Box | null
}

/** @throws AppError `usage` */
export function mediaArguments(given: ParsedArguments): MediaArguments {
  const mode = given.text('mode') ?? (given.text('video') === undefined ? 'i2v' : 'v2v')
  if (mode !== 'i2v' && mode !== 'v2v') {
    throw new AppError('usage', `--mode is i2v or v2v, and "${mode}" is neither.`)
  }
  const [kind, other] =
    mode === 'i2v' ? (['image', 'video'] as const) : (['video', 'image'] as const)
  const visual = given.text(kind)
  const audio = given.text('audio')
  if (visual === undefined || audio === undefined) {
    const missing = [kind, 'audio'].filter((name) => given.text(name) === undefined)
    const names = missing.map((name) => `--${name}`).join(' and ')
    throw new AppError('usage', `Mode ${mode} needs ${names}.`)
  }
  if (given.text(other) !== undefined) {
    throw new AppError('usage', `Mode ${mode} takes --${kind}, not --${other}.`)
  }
  const second = given.text('audio-2')
  const sources = second === undefined ? [audio] : [audio, second]
  if ([visual, ...sources].filter((text) => text === STANDARD_INPUT).length > 1) {
    throw new AppError('usage', 'Only one input can come from standard input.')
  }
  const boxes = [box(given, 'box'), box(given, 'box-2')]
  const voices = sources.map((source, index) => ({ source, box: boxes[index] ?? null }))
  return { kind, visual, voices }
}

function box(given: ParsedArguments, name: string): Box | null {
  const text = given.text(name)
  if (text === undefined) return null
  const numbers = text.split(',').map(Number)
  if (numbers.length === 4 && numbers.every(Number.isFinite)) return numbers as Box
  throw new AppError('usage', `--${name} needs four numbers such as 0.1,0.2,0.3,0.5.`)
}
