// A job for a hub, from the command line: the flags of the queue client of old and everything else a video can be told to be.
// Files of this machine are opened here and sent; URLs are the hub's to fetch.
import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { InfiniteTalkClient } from '@infinitetalk/client'
import { STANDARD_INPUT } from '../app/generate-to-file.ts'
import { AppError } from '../domain/errors.ts'
import type { Invocation, OptionDefinition, ParsedArguments } from './command.ts'
import { VIDEO_OPTIONS, videoMembers, withoutUndefined } from './request-options.ts'

/** What the client sends for us. */
type RunInput = Parameters<InfiniteTalkClient['sendMedia']>[0]
type MediaInput = NonNullable<RunInput['image']>

export const JOB_OPTIONS: readonly OptionDefinition[] = [
  { name: 'mode', value: 'MODE', help: 'i2v: animate a picture; v2v: set the lips of a video.' },
  { name: 'image', short: 'i', value: 'FILE', help: 'The picture: a file or an http(s) URL.' },
  { name: 'video', short: 'v', value: 'FILE', help: 'The video whose lips are set anew.' },
  { name: 'audio', short: 'a', value: 'FILE', help: 'The voice: a file, a URL, or - for stdin.' },
  { name: 'audio-2', value: 'FILE', help: 'The voice of a second person, on the right.' },
  ...VIDEO_OPTIONS,
  { name: 'engine', value: 'NAME', help: 'Chosen by the hub when not given.' },
  { name: 'force-offload', help: 'Spare the GPU memory (default of the hub).' },
  { name: 'no-force-offload', help: 'Spend GPU memory on speed.' },
]

/** The body, with media of this machine opened but not read. @throws AppError `usage`, `path_not_found`, `path_unreadable` */
export async function jobInput(invocation: Invocation): Promise<RunInput> {
  const { arguments: given } = invocation
  checkMedia(given)
  const options = withoutUndefined({
    ...videoMembers(given),
    input_type: given.text('video') === undefined ? undefined : 'video',
    force_offload: offload(given),
  })
  const image = given.text('image')
  const video = given.text('video')
  const second = given.text('audio-2')
  const audio = await openMedia(given.text('audio') ?? '', invocation)
  return {
    ...options,
    ...(image === undefined ? {} : { image: await openMedia(image, invocation) }),
    ...(video === undefined ? {} : { video: await openMedia(video, invocation) }),
    audio: second === undefined ? audio : [audio, await openMedia(second, invocation)],
  }
}

function checkMedia(given: ParsedArguments): void {
  const mode = given.text('mode') ?? (given.text('video') === undefined ? 'i2v' : 'v2v')
  if (mode !== 'i2v' && mode !== 'v2v') {
    throw new AppError('usage', `--mode is i2v or v2v, and "${mode}" is neither.`)
  }
  const [needed, unwanted] = mode === 'i2v' ? ['image', 'video'] : ['video', 'image']
  const missing = [needed!, 'audio'].filter((name) => given.text(name) === undefined)
  if (missing.length > 0) {
    const names = missing.map((name) => `--${name}`).join(' and ')
    throw new AppError('usage', `Mode ${mode} needs ${names}.`)
  }
  if (given.text(unwanted!) !== undefined) {
    throw new AppError('usage', `Mode ${mode} takes --${needed}, not --${unwanted}.`)
  }
  const inputs = ['image', 'video', 'audio', 'audio-2'].map((name) => given.text(name))
  if (inputs.filter((text) => text === STANDARD_INPUT).length > 1) {
    throw new AppError('usage', 'Only one input can come from standard input.')
  }
}

function offload(given: ParsedArguments): boolean | undefined {
  const wanted = given.flag('force-offload')
  const unwanted = given.flag('no-force-offload')
  if (wanted && unwanted) {
    throw new AppError('usage', '--force-offload and --no-force-offload cannot both be meant.')
  }
  return wanted || unwanted ? wanted : undefined
}

async function openMedia(text: string, { terminal, services }: Invocation): Promise<MediaInput> {
  if (/^https?:\/\//i.test(text)) return { url: text }
  if (text === STANDARD_INPUT) return terminal.stdin as AsyncIterable<Uint8Array>
  return openFile(resolve(services.currentFolder, text), text)
}

/** Not read into memory: the bytes come from the disk as they are sent. */
async function openFile(path: string, shownName: string): Promise<File> {
  let isFile: boolean
  try {
    isFile = (await stat(path)).isFile()
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    if (missing) throw new AppError('path_not_found', `${shownName} does not exist.`, { cause })
    throw new AppError('path_unreadable', `${shownName} cannot be read.`, { cause })
  }
  if (!isFile) throw new AppError('path_unreadable', `${shownName} is not a file.`)
  try {
    return new File([await openAsBlob(path)], basename(path))
  } catch (cause) {
    throw new AppError('path_unreadable', `${shownName} cannot be read.`, { cause })
  }
}
