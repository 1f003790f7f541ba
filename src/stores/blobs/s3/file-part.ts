// A part of a file that is the body of a request: read again for every attempt.
import type { FileHandle } from 'node:fs/promises'
import { away } from './s3-error.ts'

export interface FilePart {
  readonly handle: FileHandle
  readonly start: number
  readonly bytes: number
}

const CHUNK_BYTES = 64 * 1024

/** @throws AppError `store_unavailable` when the file is shorter */
export async function* readPart({ handle, start, bytes }: FilePart): AsyncGenerator<Buffer> {
  const end = start + bytes
  let at = start
  while (at < end) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at))
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at)
    if (bytesRead === 0) throw away('A file changed while it was stored.')
    yield chunk.subarray(0, bytesRead)
    at += bytesRead
  }
}
