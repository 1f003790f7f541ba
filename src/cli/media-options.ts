// The inputs as options: a picture or a video, one voice or two. The same for `generate` here and for jobs at a hub.
import { STANDARD_INPUT } from '../app/generate-to-file.ts'
import { AppError } from '../domain/errors.ts'
import type { OptionDefinitions, OptionsOf } from './command.ts'
import { BOX, type Box, choice } from './option-kinds.ts'

export const MEDIA_OPTIONS = {
  mode: {
    value: 'MODE',
    kind: choice(['i2v', 'v2v']),
    help: 'i2v: animate a picture; v2v: set the lips of a video.',
  },
  image: { short: 'i', value: 'FILE', help: 'The picture: a file or an http(s) URL.' },
  video: { short: 'v', value: 'FILE', help: 'The video to lip-sync.' },
  audio: { short: 'a', value: 'FILE', help: 'The voice: a file, a URL, or - for stdin.' },
  audio2: { value: 'FILE', help: 'The voice of a second person, on the right.' },
  box: {
    value: 'X,Y,W,H',
    kind: BOX,
    help: 'Where the first person is, as fractions of the picture.',
  },
  box2: { value: 'X,Y,W,H', kind: BOX, help: 'Where the second person is.' },
} satisfies OptionDefinitions

export interface MediaArguments {
  readonly kind: 'image' | 'video'
  readonly visual: string
  /** One or two; none for a text. */
  readonly voices: readonly VoiceArgument[]
}

export interface TextArguments {
  readonly text?: string | undefined
  readonly textFile?: string | undefined
}

export interface VoiceArgument {
  readonly source: string
  readonly box: Box | null
}

/** @throws AppError `usage` */
export function mediaArguments(
  options: OptionsOf<typeof MEDIA_OPTIONS> & TextArguments,
): MediaArguments {
  const { audio, audio2, box, box2 } = options
  const hasText = options.text !== undefined || options.textFile !== undefined
  if (hasText && (audio !== undefined || audio2 !== undefined)) {
    throw new AppError('usage', 'Give --audio or --text, not both.')
  }
  const mode = options.mode ?? (options.video === undefined ? 'i2v' : 'v2v')
  const [kind, other] =
    mode === 'i2v' ? (['image', 'video'] as const) : (['video', 'image'] as const)
  const visual = options[kind]
  if (visual === undefined || (audio === undefined && !hasText)) {
    const wanted = hasText ? ([kind] as const) : ([kind, 'audio'] as const)
    const missing = wanted.filter((name) => options[name] === undefined)
    const names = missing.map((name) => `--${name}`).join(' and ')
    throw new AppError('usage', `Mode ${mode} needs ${names}.`)
  }
  if (options[other] !== undefined) {
    throw new AppError('usage', `Mode ${mode} takes --${kind}, not --${other}.`)
  }
  if (audio === undefined) return { kind, visual, voices: [] }
  const first = { source: audio, box: box ?? null }
  const voices = audio2 === undefined ? [first] : [first, { source: audio2, box: box2 ?? null }]
  const sources = [visual, ...voices.map(({ source }) => source)]
  if (sources.filter((source) => source === STANDARD_INPUT).length > 1) {
    throw new AppError('usage', 'Only one input can come from standard input.')
  }
  return { kind, visual, voices }
}
