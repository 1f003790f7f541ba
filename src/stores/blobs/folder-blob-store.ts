// Blobs in a folder: `ab/abcd...` by hash. Bytes are written under a temporary name, flushed, and get their name by a rename
// that is flushed too: whatever moment the power fails, a name stands for its whole content.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BlobStore, StagedBlob } from '../../app/ports/blob-store.ts'
import { AppError } from '../../domain/errors.ts'
import type { Sha256 } from '../../domain/ids.ts'
import { measureFolder } from './measure-folder.ts'

const STAGING_FOLDER = 'staging'
/** Of memory for the hash of a file that is taken over. */
const READ_CHUNK_BYTES = 1024 * 1024

export interface FolderBlobOptions {
  readonly folder: string
  /** Names temporary files. */
  newToken(): string
}

export async function openFolderBlobStore(options: FolderBlobOptions): Promise<BlobStore> {
  const { folder, newToken } = options
  const staging = join(folder, STAGING_FOLDER)
  await mkdir(staging, { recursive: true })
  const pathOf = (sha256: Sha256): string => join(folder, sha256.slice(0, 2), sha256)
  const staged = (path: string, sha256: Sha256, bytes: number): StagedBlob => ({
    sha256,
    bytes,
    publish: () => publish({ from: path, to: pathOf(sha256), bytes }),
    discard: () => rm(path, { force: true }),
  })
  return {
    async stage(content, { maxBytes, signal }) {
      const path = join(staging, newToken())
      try {
        const { sha256, bytes } = await writeHashed(path, content, maxBytes, signal)
        return staged(path, sha256, bytes)
      } catch (error) {
        await rm(path, { force: true })
        throw toBlobError(error)
      }
    },
    async stageFile(from, signal) {
      const path = join(staging, newToken())
      await rename(from, path)
      try {
        const { sha256, bytes } = await hashFile(path, signal)
        return staged(path, sha256, bytes)
      } catch (error) {
        await rm(path, { force: true })
        throw toBlobError(error)
      }
    },
    async read(sha256, range) {
      const handle = await open(pathOf(sha256), 'r')
      return createReadStream('', { fd: handle, ...range })
    },
    localPath: async (sha256) => pathOf(sha256),
    async size(sha256) {
      const info = await stat(pathOf(sha256)).catch(() => null)
      return info?.size ?? null
    },
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
    usage: (signal) => measureFolder(folder, signal),
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
    async removeLeftovers() {
      for (const name of await readdir(staging)) await rm(join(staging, name), { force: true })
    },
  }
}

interface Hashed {
  readonly sha256: Sha256
  readonly bytes: number
}

async function writeHashed(
  path: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
  signal: AbortSignal,
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

/** A disk that is nearly full takes a part of what it is given. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let offset = 0
  while (offset < chunk.length) {
    const { bytesWritten } = await file.write(chunk, offset)
    offset += bytesWritten
  }
}

async function hashFile(path: string, signal: AbortSignal): Promise<Hashed> {
  const file = await open(path, 'r')
  try {
    const hash = createHash('sha256')
    const { size } = await file.stat()
    const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(size, READ_CHUNK_BYTES)))
    let bytes = 0
    for (;;) {
      signal.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, buffer.length, bytes)
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
      bytes += bytesRead
    }
    return { sha256: hash.digest('hex') as Sha256, bytes }
  } finally {
    await file.close()
  }
}

interface Publication {
  readonly from: string
  readonly to: string
  readonly bytes: number
}

/** What has its name already was flushed before it got it, and is kept: its reference was committed before this. */
async function publish({ from, to, bytes }: Publication): Promise<void> {
  try {
    const existing = await stat(to).catch(() => null)
    if (existing?.size === bytes) {
      await rm(from, { force: true })
      return
    }
    const folder = dirname(to)
    const isNewFolder = (await mkdir(folder, { recursive: true })) !== undefined
    await flush(from)
    await rename(from, to)
    await flushFolder(folder)
    if (isNewFolder) await flushFolder(dirname(folder))
  } catch (error) {
    throw toBlobError(error)
  }
}

/** A rename is safe once the folder that holds the name is. Windows has no such call and needs none. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await flush(path, 'r')
}

async function flush(path: string, flags = 'r+'): Promise<void> {
  const file = await open(path, flags)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('input_too_large', `It has more than ${maxBytes} bytes.`, {
    meta: { maxBytes },
  })
}

function toBlobError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new AppError('disk_full', 'There is no space left where inputs and videos are kept.', {
    cause: error,
  })
}
