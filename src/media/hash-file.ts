// The SHA-256 of a file through one small buffer. A stream makes a new buffer of every 64 KiB, and those of a long video, which are
// read faster than they are collected, cost 20 MB.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { abortError } from '../async/abort-error.ts'

const BUFFER_BYTES = 256 * 1024

/** @throws AppError `canceled`, or what the signal was aborted with */
export async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  await using file = await open(path)
  for (;;) {
    if (signal.aborted) throw abortError(signal)
    const { bytesRead } = await file.read(buffer, 0, BUFFER_BYTES)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, bytesRead))
  }
}
