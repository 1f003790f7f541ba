// Opens a sound file from outside (or a video with sound) before ffmpeg decodes it: reads its container from its first bytes, and
// compares its length with the length that its header announces.
import { AppError } from '../domain/errors.ts'
import type { GuessedContainer } from './demuxers.ts'
import { guessContainer } from './guess-container.ts'
import { type InputFile, nameOf, openInputFile } from './input-file.ts'
import { missingBytes } from './missing-bytes.ts'
import type { ToolOptions } from './run-tool.ts'
import {
  type Container,
  describeContent,
  id3TagBytes,
  recogniseContent,
  SNIFF_BYTES,
  sniffContainer,
} from './sniff.ts'
import type { Tool } from './tool.ts'
import { inputArguments } from './tool-command.ts'

export interface SoundFile {
  /** For sentences. */
  readonly name: string
  /** As an input of ffmpeg and ffprobe, restricted to its one demuxer. */
  readonly input: readonly string[]
  readonly container: Container | GuessedContainer
}

/** @throws AppError `audio_unsupported`, `audio_unreadable` for a cut file, `input_empty`, `input_too_large`, `path_*`, `tool_timeout`, `canceled` */
export async function openSound(
  path: string,
  maxBytes: number,
  ffprobe: Tool,
  options: ToolOptions,
): Promise<SoundFile> {
  const container =
    (await soundContainer(path, maxBytes)) ?? (await guessContainer(path, ffprobe, options))
  if (container === null) throw unsupported(path, 'of an unknown kind')
  return { name: nameOf(path), input: inputArguments(path, container), container }
}

/**
 * @returns null when only ffprobe can identify the file
 * @throws AppError `audio_unsupported`, `audio_unreadable` for a cut file, `input_empty`, `input_too_large`, `path_*`
 */
export async function soundContainer(path: string, maxBytes: number): Promise<Container | null> {
  await using file = await openInputFile(path, maxBytes)
  const container = await sniffSound(file, path)
  const missing = await missingBytes(file, container ?? 'mp3')
  if (missing === 0) return container
  throw new AppError(
    'audio_unreadable',
    `${nameOf(path)} is cut: it has ${file.bytes} bytes and ${missing} more should follow.`,
    { meta: { bytes: file.bytes, missingBytes: missing } },
  )
}

async function sniffSound(file: InputFile, path: string): Promise<Container | null> {
  const head = await file.read(0, SNIFF_BYTES)
  const container = sniffContainer(head)
  if (container === null) {
    if (recogniseContent(head) === null) return null
    throw unsupported(path, describeContent(head))
  }
  // FLAC and AAC files carry ID3 tags too.
  const tagBytes = id3TagBytes(head)
  if (tagBytes === 0) return container
  const behindTag = sniffContainer(await file.read(tagBytes, SNIFF_BYTES))
  return behindTag === 'flac' || behindTag === 'aac' ? behindTag : container
}

function unsupported(path: string, what: string): AppError {
  const detail = `${nameOf(path)} is ${what}, not a sound or video file that can be read.`
  return new AppError('audio_unsupported', detail)
}
