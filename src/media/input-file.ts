// Opens a file from outside once and checks it before any decoder: a regular file, not empty, not too large.
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../domain/errors.ts'

export interface InputFile extends AsyncDisposable {
  readonly bytes: number
  /** Up to `length` bytes from `offset`; fewer, or none, at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>
}

/** @throws AppError `path_not_found`, `path_unreadable`, `input_empty`, `input_too_large` */
export async function openInputFile(path: string, maxBytes: number): Promise<InputFile> {
  const handle = await openHandle(path)
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw new AppError('path_unreadable', `${nameOf(path)} is not a file.`)
    if (stat.size === 0) throw new AppError('input_empty', `${nameOf(path)} has no content.`)
    if (stat.size > maxBytes) {
      throw new AppError(
        'input_too_large',
        `${nameOf(path)} has ${stat.size} bytes; at most ${maxBytes} are allowed.`,
        { meta: { bytes: stat.size, maxBytes } },
      )
    }
    return {
      bytes: stat.size,
      read: (offset, length) => readAt(handle, offset, length),
      [Symbol.asyncDispose]: () => handle.close(),
    }
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

/** A file's name for a sentence: without folders and control characters, of limited length. */
export function nameOf(path: string): string {
  const name = basename(path).replaceAll(/\p{Cc}/gu, '?')
  return name.length > 80 ? `${name.slice(0, 77)}...` : name
}

async function openHandle(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer without limit.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new AppError('path_not_found', `${nameOf(path)} does not exist.`, { cause })
    }
    throw new AppError('path_unreadable', `${nameOf(path)} cannot be opened (${code}).`, { cause })
  }
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
