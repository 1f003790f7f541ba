// Keeps copies of blobs on the disk of this machine: renders and probes read files. Copies that nobody used for a while are deleted, and
// the oldest ones when they need more than their share of the disk. Every blob is in the bucket, so a copy may go at any time, unless a
// render was given its path.
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sha256 } from '../../../domain/ids.ts'

export interface BlobCacheOptions {
  readonly folder: string
  readonly maxBytes: number
  /** Longest time for which a render uses a path. */
  readonly useMs: number
}

interface Copy {
  readonly path: string
  readonly name: Sha256
  readonly bytes: number
  readonly usedAtMs: number
}

const LOOK_EVERY_MS = 10 * 60_000
const LOOK_AFTER_SHARE = 0.05
const MARK_EVERY_MS = 10 * 60_000

export class BlobCache {
  readonly #options: BlobCacheOptions
  /** Until when the paths that were given out are needed. */
  readonly #given = new Map<Sha256, number>()
  #addedBytes = 0
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | null = null

  constructor(options: BlobCacheOptions) {
    this.#options = options
  }

  /** Notes that a path was given out. The time of the file tells other processes and a later one. */
  async use(sha256: Sha256): Promise<void> {
    this.#given.set(sha256, performance.now() + this.#options.useMs)
    const path = this.#pathOf(sha256)
    const now = Date.now()
    const facts = await stat(path).catch(() => null)
    if (facts === null || now - facts.mtimeMs < MARK_EVERY_MS) return
    await utimes(path, new Date(now), new Date(now)).catch(() => {})
  }

  /** Notes that a copy was made. Deletes copies now and then; one pass runs at a time. */
  async added(bytes: number): Promise<void> {
    this.#addedBytes += bytes
    const isDue =
      this.#addedBytes > this.#options.maxBytes * LOOK_AFTER_SHARE ||
      performance.now() - this.#lookedAtMs > LOOK_EVERY_MS
    if (!isDue) return
    this.#looking ??= this.#deleteUnused().finally(() => {
      this.#looking = null
    })
    await this.#looking
  }

  async #deleteUnused(): Promise<void> {
    this.#addedBytes = 0
    this.#lookedAtMs = performance.now()
    const { maxBytes, useMs } = this.#options
    const copies = (await this.#copies()).toSorted((a, b) => a.usedAtMs - b.usedAtMs)
    let bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0)
    for (const [sha256, untilMs] of this.#given) {
      if (untilMs < performance.now()) this.#given.delete(sha256)
    }
    for (const copy of copies) {
      if (this.#given.has(copy.name)) continue
      const isOld = Date.now() - copy.usedAtMs > useMs
      if (!isOld && bytes <= maxBytes) continue
      await rm(copy.path, { force: true })
      bytes -= copy.bytes
    }
  }

  async #copies(): Promise<readonly Copy[]> {
    const copies: Copy[] = []
    const { folder } = this.#options
    const inner = (await readdir(folder).catch(() => [])).filter((name) =>
      /^[0-9a-f]{2}$/.test(name),
    )
    for (const part of inner) {
      for (const name of await readdir(join(folder, part)).catch(() => [])) {
        const path = join(folder, part, name)
        const facts = await stat(path).catch(() => null)
        if (facts === null) continue
        copies.push({ path, name: name as Sha256, bytes: facts.size, usedAtMs: facts.mtimeMs })
      }
    }
    return copies
  }

  #pathOf(sha256: Sha256): string {
    return join(this.#options.folder, sha256.slice(0, 2), sha256)
  }
}
