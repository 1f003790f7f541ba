// A sound file from outside (or a video with sound) before ffmpeg sees it: its container read from its first bytes, its
// end compared with what the container promises.
import { AppError } from '../domain/errors.ts'
import { type InputFile, nameOf, openInputFile } from './input-file.ts'
import { missingBytes } from './missing-bytes.ts'
import {
  type Container,
  describeContent,
  id3TagBytes,
  SNIFF_BYTES,
  sniffContainer,
} from './sniff.ts'

/** @throws AppError `audio_unsupported`, `audio_unreadable` for a cut file, `input_empty`, `input_too_large`, `path_*` */
export async function soundContainer(path: string, maxBytes: number): Promise<Container> {
  await using file = await openInputFile(path, maxBytes)
  const container = await sniffSound(file, path)
  const missing = await missingBytes(file, container)
  if (missing === 0) return container
  throw new AppError(
    'audio_unreadable',
    `${nameOf(path)} is cut: it has ${file.bytes} bytes and ${missing} more should follow.`,
    { meta: { bytes: file.bytes, missingBytes: missing } },
  )
}

async function sniffSound(file: InputFile, path: string): Promise<Container> {
  const head = await file.read(0, SNIFF_BYTES)
  const container = sniffContainer(head)
  if (container === null) {
    throw new AppError(
      'audio_unsupported',
      `${nameOf(path)} is ${describeContent(head)}, not a sound or video file that can be read.`,
    )
  }
  // FLAC and AAC files carry ID3 tags too.
  const tagBytes = id3TagBytes(head)
  if (tagBytes === 0) return container
  const behindTag = sniffContainer(await file.read(tagBytes, SNIFF_BYTES))
  return behindTag === 'flac' || behindTag === 'aac' ? behindTag : container
}
