// The segments of a video end to end in one file, byte by byte: the head of the first, then the fragments of all. All segments pass
// through one buffer, however long the video is: a new one for each of 700 would be collected too late.
import { type FileHandle, open } from 'node:fs/promises'
import { abortError } from '../async/abort-error.ts'
import { AppError } from '../domain/errors.ts'
import { fragmentParts } from './fragments.ts'

/** @throws AppError `output_invalid` for a file that is no segment, `disk_full`, `canceled` */
export async function joinSegments(
  segmentPaths: readonly string[],
  toPath: string,
  signal: AbortSignal,
): Promise<void> {
  await using file = await open(toPath, 'w')
  let buffer = Buffer.alloc(0)
  let isFirst = true
  for (const path of segmentPaths) {
    if (signal.aborted) throw abortError(signal)
    await using segment = await open(path)
    const { size } = await segment.stat()
    // Half as much again, so that slowly growing segments do not need a new one each.
    if (size > buffer.length) buffer = Buffer.allocUnsafeSlow(Math.ceil(size * 1.5))
    const parts = fragmentParts(await readWhole(segment, buffer.subarray(0, size)))
    if (parts === null) {
      throw new AppError('output_invalid', 'A stored window of the video is no segment any more.')
    }
    const wanted = isFirst ? [...parts.head, ...parts.fragments] : parts.fragments
    isFirst = false
    for (const part of wanted) await file.appendFile(part)
  }
}

/** A file that has become shorter meanwhile gives fewer bytes. */
async function readWhole(file: FileHandle, buffer: Buffer): Promise<Buffer> {
  let filled = 0
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
