// Computes the SHA-256 of a stream while it is written to a file, and of an existing file.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '../../domain/errors.ts'
import type { Sha256 } from '../../domain/ids.ts'

/** Memory for the hash of a file. */
const READ_CHUNK_BYTES = 1024 * 1024

export interface Hashed {
  readonly sha256: Sha256
  readonly bytes: number
}

export interface WriteLimits {
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** @throws AppError `input_too_large` */
export async function writeHashed(
  path: string,
  content: AsyncIterable<Uint8Array>,
  { maxBytes, signal }: WriteLimits,
): Promise<Hashed> {
  const file = await open(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of content) {
      signal.throwIfAborted()
      bytes += chunk.length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      hash.update(chunk)
      await writeAll(file, chunk)
    }
    return { sha256: hash.digest('hex') as Sha256, bytes }
  } finally {
    await file.close()
  }
}

/** A nearly full disk may write only a part of the bytes. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let offset = 0
  while (offset < chunk.length) {
    const { bytesWritten } = await file.write(chunk, offset)
    offset += bytesWritten
  }
}

export async function hashFile(file: FileHandle, signal?: AbortSignal): Promise<Hashed> {
  const hash = createHash('sha256')
  const { size } = await file.stat()
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(size, READ_CHUNK_BYTES)))
  let bytes = 0
  for (;;) {
    signal?.throwIfAborted()
    const { bytesRead } = await file.read(buffer, 0, buffer.length, bytes)
    if (bytesRead === 0) break
    hash.update(buffer.subarray(0, bytesRead))
    bytes += bytesRead
  }
  return { sha256: hash.digest('hex') as Sha256, bytes }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('input_too_large', `The content has more than ${maxBytes} bytes.`, {
    meta: { maxBytes },
  })
}
