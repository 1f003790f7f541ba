// Blobs in a folder: `ab/abcd...` by hash. Bytes are written under a temporary name, flushed, and renamed; the rename is
// flushed too, so a name stands for its whole content whenever the power fails. Reads are hashed again: see blob-checks.ts.
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline, type Readable } from 'node:stream'
import type { BlobStore, ByteRange, StagedBlob } from '../../app/ports/blob-store.ts'
import type { AppError } from '../../domain/errors.ts'
import type { Sha256 } from '../../domain/ids.ts'
import { ownedName } from '../../domain/owned-name.ts'
import { BlobChecks, identityOf } from './blob-checks.ts'
import { asBlobErrors, isDamage, toBlobError } from './blob-error.ts'
import { CheckedStream } from './checked-stream.ts'
import { flushFile, flushFolder } from './flush-to-disk.ts'
import { type Hashed, hashFile, writeHashed } from './hash-file.ts'
import { measureFolder } from './measure-folder.ts'

const STAGING_FOLDER = 'staging'
const DAMAGED_FOLDER = 'damaged'

export interface FolderBlobOptions {
  readonly folder: string
  /** Begins the names of temporary files; a random token follows. */
  readonly owner: string
  newToken(): string
  /** Called once for each blob whose bytes have changed. */
  onDamage(error: AppError): void
}

export async function openFolderBlobStore(options: FolderBlobOptions): Promise<BlobStore> {
  const { folder, owner, newToken, onDamage } = options
  const staging = join(folder, STAGING_FOLDER)
  await asBlobErrors(() => mkdir(staging, { recursive: true }))
  const pathOf = (sha256: Sha256): string => join(folder, sha256.slice(0, 2), sha256)
  const newStagingPath = (): string => join(staging, ownedName(owner, newToken()))
  const checks = new BlobChecks({ pathOf, damagedFolder: join(folder, DAMAGED_FOLDER), onDamage })
  const stagedAs = async (path: string, hashing: Promise<Hashed>): Promise<StagedBlob> => {
    try {
      const { sha256, bytes } = await hashing
      const publish = () => publishBlob({ from: path, to: pathOf(sha256), sha256, bytes }, checks)
      return { sha256, bytes, publish, discard: () => rm(path, { force: true }) }
    } catch (error) {
      await rm(path, { force: true })
      throw toBlobError(error)
    }
  }
  return {
    stage(content, limits) {
      const path = newStagingPath()
      return stagedAs(path, writeHashed(path, content, limits))
    },
    async stageFile(from, signal) {
      const path = newStagingPath()
      await asBlobErrors(() => rename(from, path))
      return stagedAs(path, hashPath(path, signal))
    },
    read: (sha256, range) => readBlob({ sha256, path: pathOf(sha256), range }, checks),
    async localPath(sha256) {
      await checks.verify(sha256)
      return pathOf(sha256)
    },
    verify: (sha256) => checks.verify(sha256),
    expect: (sha256, bytes) => checks.expectBytes(sha256, bytes),
    async size(sha256) {
      const info = await stat(pathOf(sha256)).catch(() => null)
      return info?.size ?? null
    },
    remove: (sha256) =>
      asBlobErrors(async () => {
        await rm(pathOf(sha256), { force: true })
        await checks.forget(sha256)
      }),
    usage: (signal) => measureFolder(folder, signal),
    freeBytes: () =>
      asBlobErrors(async () => {
        const { bavail, bsize } = await statfs(staging)
        return bavail * bsize
      }),
    staged: () => asBlobErrors(() => readdir(staging)),
    removeStaged: (name) => asBlobErrors(() => rm(join(staging, name), { force: true })),
    close: async () => {},
  }
}

async function hashPath(path: string, signal: AbortSignal): Promise<Hashed> {
  const file = await open(path, 'r')
  try {
    return await hashFile(file, signal)
  } finally {
    await file.close()
  }
}

interface Reading {
  readonly sha256: Sha256
  readonly path: string
  readonly range: ByteRange | undefined
}

/** A whole blob is hashed while it is sent. Before a part of one is sent, the whole file is hashed. */
async function readBlob({ sha256, path, range }: Reading, checks: BlobChecks): Promise<Readable> {
  const bytes = (await stat(path).catch(() => null))?.size ?? 0
  const isPart = range !== undefined && (range.start > 0 || range.end < bytes - 1)
  if (isPart || bytes === 0) await checks.verify(sha256)
  const handle = await asBlobErrors(() => open(path, 'r'))
  if (isPart) return createReadStream('', { fd: handle, ...range })
  const identity = identityOf(await handle.stat({ bigint: true }))
  const checked = new CheckedStream({
    sha256,
    async onEnd(isSound) {
      if (!isSound) throw await checks.setAside(sha256, identity)
      checks.trust(sha256, identity)
    },
  })
  // Each stream ends the other; the reader of `checked` gets the error.
  return pipeline(createReadStream('', { fd: handle }), checked, () => {})
}

interface Publication {
  readonly from: string
  readonly to: string
  readonly sha256: Sha256
  readonly bytes: number
}

/** An existing file with this name and content is kept: it was flushed before it got its name. */
async function publishBlob(publication: Publication, checks: BlobChecks): Promise<void> {
  const { from, to, sha256, bytes } = publication
  await asBlobErrors(async () => {
    const existing = await stat(to).catch(() => null)
    if (existing?.size === bytes && (await isSound(sha256, checks))) {
      await rm(from, { force: true })
      return
    }
    const folder = dirname(to)
    const isNewFolder = (await mkdir(folder, { recursive: true })) !== undefined
    await flushFile(from)
    await rename(from, to)
    await flushFolder(folder)
    if (isNewFolder) await flushFolder(dirname(folder))
    await checks.forget(sha256)
    checks.trust(sha256, identityOf(await stat(to, { bigint: true })))
  })
}

async function isSound(sha256: Sha256, checks: BlobChecks): Promise<boolean> {
  try {
    await checks.verify(sha256)
    return true
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  }
}
