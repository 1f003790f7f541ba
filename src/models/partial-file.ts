// A model that is being received: bytes are written to their place in any order, the journal follows, and the hash follows the
// part that has no gaps. A killed process loses at most what was on its way, a machine that loses power at most what was not
// flushed, and only the whole file ever gets the model's name.
//
// Flushing: every 64 MiB, and at a normal end, the file and then its journal. In between the journal lists what was handed to
// the system, which outlives the process; after a reboot (another boot mark) only flushed bytes count.
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type ByteRange, ByteRanges } from './byte-ranges.ts'
import { flushFolder, type ModelPaths } from './model-volume.ts'
import { RunningHash } from './running-hash.ts'
import { TransferJournal, type TransferRecord } from './transfer-journal.ts'

export interface PartIdentity {
  readonly source: string
  readonly bytes: number
  /** The expected hash of the content; null when unknown. */
  readonly sha256: string | null
}

/** A range that one connection fetches; `at` moves to `end`. */
export interface Piece {
  readonly end: number
  at: number
}

const JOURNAL_EVERY_BYTES = 256 * 1024
const FLUSH_EVERY_BYTES = 64 * 1024 * 1024

export class PartialFile {
  /** Strong entity tag of the content that is here: bodies with another tag are rejected. */
  validator: string | null = null
  readonly #paths: ModelPaths
  readonly #handle: FileHandle
  readonly #journal: TransferJournal
  readonly #boot: string
  readonly #onHashed: (bytes: number) => void
  readonly #written = new ByteRanges()
  readonly #claimed = new Set<Piece>()
  #flushed: readonly ByteRange[] = []
  #identity: PartIdentity
  #hash: RunningHash
  #unsaved = 0
  #unflushed = 0
  #flushing: Promise<void> | null = null
  /** Failure of a write in the background; the next write throws it. */
  #trouble: unknown = null

  private constructor(
    paths: ModelPaths,
    identity: PartIdentity,
    files: { readonly handle: FileHandle; readonly journal: TransferJournal },
    boot: string,
    onHashed: (bytes: number) => void,
  ) {
    this.#paths = paths
    this.#identity = identity
    this.#handle = files.handle
    this.#journal = files.journal
    this.#boot = boot
    this.#onHashed = onHashed
    this.#hash = new RunningHash(paths.part, onHashed)
  }

  /** Resumes the file of an earlier process if it has the same content. */
  static async open(
    paths: ModelPaths,
    identity: PartIdentity,
    boot: string,
    onHashed: (bytes: number) => void = () => {},
  ): Promise<PartialFile> {
    await mkdir(dirname(paths.part), { recursive: true })
    const [journal, record] = await TransferJournal.open(paths.journal)
    const handle = await openForWriting(paths.part).catch(async (error: unknown) => {
      await journal.close()
      throw error
    })
    const part = new PartialFile(paths, identity, { handle, journal }, boot, onHashed)
    try {
      await part.#takeUp(record)
      return part
    } catch (error) {
      await part.close()
      throw error
    }
  }

  get bytes(): number {
    return this.#identity.bytes
  }

  get sha256(): string | null {
    return this.#identity.sha256
  }

  get receivedBytes(): number {
    return this.#written.bytes
  }

  get isComplete(): boolean {
    return this.#written.prefixEnd === this.bytes
  }

  /** The next bytes that nobody fetches yet, in order; null when there are none. */
  claim(maxBytes: number): Piece | null {
    const taken = ByteRanges.of(this.#written.list())
    for (const piece of this.#claimed) taken.add(piece.at, piece.end)
    const gap = taken.firstGap(this.bytes)
    if (gap === null) return null
    const piece = { at: gap[0], end: Math.min(gap[1], gap[0] + maxBytes) }
    this.#claimed.add(piece)
    return piece
  }

  release(piece: Piece): void {
    this.#claimed.delete(piece)
  }

  /** Writes at the piece's place and moves it on; bytes beyond its end are dropped. */
  async write(piece: Piece, chunk: Uint8Array): Promise<void> {
    if (this.#trouble !== null) throw this.#trouble
    const from = piece.at
    const length = Math.min(chunk.length, piece.end - from)
    let done = 0
    while (done < length) {
      const { bytesWritten } = await this.#handle.write(chunk, done, length - done, from + done)
      done += bytesWritten
    }
    piece.at += length
    this.#written.add(from, from + length)
    this.#hash.advance(this.#written.prefixEnd)
    this.#unsaved += length
    this.#unflushed += length
    if (this.#unsaved >= JOURNAL_EVERY_BYTES) this.#saveSoon()
    if (this.#unflushed >= FLUSH_EVERY_BYTES) this.#flushSoon()
  }

  /** Drops everything that was received. No piece may be in flight. */
  async restart(identity: PartIdentity): Promise<void> {
    await this.#flushing
    await this.#hash.close()
    this.#identity = identity
    this.validator = null
    this.#written.clear()
    this.#claimed.clear()
    this.#flushed = []
    // The journal first: it must never claim more than the file holds.
    await this.#journal.save(this.#record())
    await this.#handle.truncate(0)
    await this.#handle.truncate(identity.bytes)
    this.#hash = new RunningHash(this.#paths.part, this.#onHashed)
  }

  /** @returns the SHA-256 of the whole file @throws the reason of the signal */
  async finishHash(signal: AbortSignal): Promise<string> {
    const giveUp = (): void => void this.#hash.close()
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      signal.throwIfAborted()
      return await this.#hash.finish(this.bytes)
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  /** Gives the whole file the model's name and removes the journal. */
  async publish(): Promise<void> {
    await this.#flushing
    await this.#handle.chmod(0o644)
    await this.#handle.sync()
    await rename(this.#paths.part, this.#paths.target)
    await flushFolder(dirname(this.#paths.target))
    this.#unflushed = 0
    await rm(this.#paths.journal, { force: true })
  }

  /** Keeps the received bytes for the next run. */
  async close(): Promise<void> {
    try {
      await this.#hash.close()
      if (this.#unflushed > 0) await this.#flush()
    } finally {
      await this.#flushing
      await this.#journal.close()
      await this.#handle.close()
    }
  }

  async #takeUp(record: TransferRecord | null): Promise<void> {
    const { size } = await this.#handle.stat()
    const usable = record !== null && isOfSameContent(record, this.#identity)
    const survived = usable && record.boot === this.#boot ? record.written : record?.flushed
    const ranges = usable ? (survived ?? []).filter(([, end]) => end <= size) : []
    if (ranges.length === 0) return this.restart(this.#identity)
    this.validator = record?.validator ?? null
    for (const [start, end] of ranges) this.#written.add(start, end)
    this.#flushed = record?.flushed ?? []
    await this.#handle.truncate(this.bytes)
    this.#hash.advance(this.#written.prefixEnd)
  }

  #record(): TransferRecord {
    const { source, bytes, sha256 } = this.#identity
    const { validator } = this
    const written = this.#written.list()
    return { source, bytes, sha256, validator, boot: this.#boot, written, flushed: this.#flushed }
  }

  #saveSoon(): void {
    this.#unsaved = 0
    this.#journal.save(this.#record()).catch((error: unknown) => {
      this.#trouble = error
    })
  }

  #flushSoon(): void {
    if (this.#flushing !== null) return
    this.#flushing = this.#flush()
      .catch((error: unknown) => {
        this.#trouble = error
      })
      .finally(() => {
        this.#flushing = null
      })
  }

  async #flush(): Promise<void> {
    this.#unflushed = 0
    const written = this.#written.list()
    await this.#handle.datasync()
    this.#flushed = written
    await this.#journal.save(this.#record())
    await this.#journal.flush()
  }
}

/** The same hash is the same content, wherever it comes from; without a hash it must be the same source and tag. */
function isOfSameContent(record: TransferRecord, { source, bytes, sha256 }: PartIdentity): boolean {
  if (record.bytes !== bytes || record.sha256 !== sha256) return false
  return sha256 !== null || (record.source === source && record.validator !== null)
}

async function openForWriting(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return open(path, 'wx+', 0o600)
  }
}
