// Checks that a blob still holds the bytes that its name stands for. A disk may return wrong bytes without an error; only the
// hash can tell. A hashed file is trusted for a while if it stays the same file, so that a player can seek in a video without
// the whole video being read each time. A damaged file is set aside, which frees its name for the right content.
import type { BigIntStats } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AppError } from '../../domain/errors.ts'
import type { Sha256 } from '../../domain/ids.ts'
import { asBlobErrors, blobDamaged, blobMissing } from './blob-error.ts'
import { hashFile } from './hash-file.ts'

/** A disk may lose bytes without changing the file's times, so an unchanged file is hashed again after this time. */
const TRUST_MS = 10 * 60_000
const MAX_TRUSTED = 1000
/** Damaged files are evidence for the operator; more than these add nothing. */
const MAX_SET_ASIDE = 10

export interface BlobChecksOptions {
  pathOf(sha256: Sha256): string
  /** Damaged files are moved here. */
  readonly damagedFolder: string
  /** Called once for each damaged file. */
  onDamage(error: AppError): void
}

interface Trust {
  readonly identity: string
  readonly untilMs: number
}

export class BlobChecks {
  readonly #options: BlobChecksOptions
  readonly #trusted = new Map<Sha256, Trust>()
  readonly #running = new Map<Sha256, Promise<void>>()

  constructor(options: BlobChecksOptions) {
    this.#options = options
  }

  /** Compares the file's size and times, without reading it. @throws AppError `blob_damaged`, `store_unavailable` */
  async expectBytes(sha256: Sha256, bytes: number): Promise<void> {
    const facts = await this.#statOf(sha256)
    if (facts.size !== BigInt(bytes)) throw await this.setAside(sha256, identityOf(facts))
  }

  /** Hashes the file, unless it was hashed recently. @throws AppError `blob_damaged`, `store_unavailable` */
  async verify(sha256: Sha256): Promise<void> {
    const running = this.#running.get(sha256)
    if (running !== undefined) return running
    const verifying = this.#verify(sha256).finally(() => this.#running.delete(sha256))
    this.#running.set(sha256, verifying)
    return verifying
  }

  /** Records that the file with this identity was just hashed. */
  trust(sha256: Sha256, identity: string): void {
    this.#trusted.delete(sha256)
    this.#trusted.set(sha256, { identity, untilMs: performance.now() + TRUST_MS })
    for (const oldest of this.#trusted.keys()) {
      if (this.#trusted.size <= MAX_TRUSTED) break
      this.#trusted.delete(oldest)
    }
  }

  /** @param identity of the file that was read; a file that has replaced it stays @returns the error to throw */
  async setAside(sha256: Sha256, identity: string): Promise<AppError> {
    const error = blobDamaged(sha256)
    const { pathOf, damagedFolder, onDamage } = this.#options
    const now = await stat(pathOf(sha256), { bigint: true }).catch(() => null)
    if (now === null || identityOf(now) !== identity) return error
    await asBlobErrors(async () => {
      await mkdir(damagedFolder, { recursive: true })
      await rename(pathOf(sha256), join(damagedFolder, sha256))
      await this.#keepFewAside()
    })
    this.#trusted.delete(sha256)
    onDamage(error)
    return error
  }

  /** Deletes the evidence: the right content has its name again, or no job needs it. */
  async forget(sha256: Sha256): Promise<void> {
    this.#trusted.delete(sha256)
    await rm(join(this.#options.damagedFolder, sha256), { force: true })
  }

  async #verify(sha256: Sha256): Promise<void> {
    const path = this.#options.pathOf(sha256)
    const file = await open(path, 'r').catch((error) => this.#throwMissing(sha256, error))
    try {
      const identity = identityOf(await file.stat({ bigint: true }))
      const trust = this.#trusted.get(sha256)
      if (trust?.identity === identity && trust.untilMs > performance.now()) return
      const found = await asBlobErrors(() => hashFile(file))
      if (found.sha256 !== sha256) throw await this.setAside(sha256, identity)
      this.trust(sha256, identity)
    } finally {
      await file.close()
    }
  }

  async #statOf(sha256: Sha256): Promise<BigIntStats> {
    const path = this.#options.pathOf(sha256)
    return stat(path, { bigint: true }).catch((error) => this.#throwMissing(sha256, error))
  }

  /** Explains why a file is absent: it was set aside, or is lost. */
  async #throwMissing(sha256: Sha256, cause: NodeJS.ErrnoException): Promise<never> {
    const wasDamaged = await stat(join(this.#options.damagedFolder, sha256)).catch(() => null)
    if (wasDamaged !== null) throw blobDamaged(sha256)
    if (cause.code === 'ENOENT') throw blobMissing(sha256, cause)
    return asBlobErrors(() => Promise.reject(cause))
  }

  async #keepFewAside(): Promise<void> {
    const { damagedFolder } = this.#options
    const files = (await readdir(damagedFolder)).map(async (name) => ({
      path: join(damagedFolder, name),
      // A rename changes the ctime, so it is the time of the move.
      sinceMs: (await stat(join(damagedFolder, name))).ctimeMs,
    }))
    const newestFirst = (await Promise.all(files)).toSorted((a, b) => b.sinceMs - a.sinceMs)
    for (const { path } of newestFirst.slice(MAX_SET_ASIDE)) await rm(path, { force: true })
  }
}

/** Changes with every write through the file system, even when a program resets the file's times. */
export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
}
