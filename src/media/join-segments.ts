// The segments of a video end to end in one file, byte by byte: the head of the first, then the fragments of all. Only one segment
// is in memory at a time, however long the video is.
import { open, readFile } from 'node:fs/promises'
import { abortError } from '../async/abort-error.ts'
import { AppError } from '../domain/errors.ts'
import { splitFragments } from './fragments.ts'

/** @throws AppError `output_invalid` for a file that is no segment, `disk_full`, `canceled` */
export async function joinSegments(
  segmentPaths: readonly string[],
  toPath: string,
  signal: AbortSignal,
): Promise<void> {
  await using file = await open(toPath, 'w')
  let isFirst = true
  for (const path of segmentPaths) {
    if (signal.aborted) throw abortError(signal)
    const split = splitFragments(await readFile(path))
    if (split === null) {
      throw new AppError('output_invalid', 'A stored window of the video is no segment any more.')
    }
    if (isFirst) await file.appendFile(split.head)
    isFirst = false
    await file.appendFile(split.fragments)
  }
}
