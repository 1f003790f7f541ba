// The sidecar of a download: which bytes of which content are on the disk. Two slots are written in turn, each with a
// checksum, so that a process that is killed while it writes one leaves the other; the file never grows. It promises to know
// at most what is there: forgetting a range costs a download, believing in one would cost a model.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { ByteRange } from './byte-ranges.ts'

export interface TransferRecord {
  /** What is being downloaded: a journal of something else is worth nothing. */
  readonly source: string
  readonly bytes: number
  /** null: nobody has said. */
  readonly sha256: string | null
  /** Strong entity tag under which the bodies came; null when the server gave none. */
  readonly validator: string | null
  /** Run of the operating system in which `written` is true. */
  readonly boot: string
  /** Handed to the operating system. */
  readonly written: readonly ByteRange[]
  /** Flushed to the disk: true whatever happened. */
  readonly flushed: readonly ByteRange[]
}

const SLOT_BYTES = 64 * 1024
const SLOTS = 2
/** Far more than parallel connections leave; beyond it the last ones are forgotten. */
const MAX_RANGES = 700
const CHECKSUM_CHARS = 16

export class TransferJournal {
  readonly #handle: FileHandle
  #sequence: number
  #record: TransferRecord | null = null
  #saving: Promise<void> | null = null

  private constructor(handle: FileHandle, sequence: number) {
    this.#handle = handle
    this.#sequence = sequence
  }

  /** @returns also the last record, null when there is none that can be read */
  static async open(path: string): Promise<[TransferJournal, TransferRecord | null]> {
    const handle = await openOrCreate(path)
    try {
      const latest = await readLatest(handle)
      return [new TransferJournal(handle, latest?.sequence ?? 0), latest?.record ?? null]
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Writes the newest record given; records that come while one is written are overtaken by the last of them. */
  save(record: TransferRecord): Promise<void> {
    this.#record = record
    this.#saving ??= this.#drain().finally(() => {
      this.#saving = null
    })
    return this.#saving
  }

  async flush(): Promise<void> {
    await this.#saving
    await this.#handle.datasync()
  }

  async close(): Promise<void> {
    await this.#saving?.catch(() => {})
    await this.#handle.close()
  }

  async #drain(): Promise<void> {
    while (this.#record !== null) {
      const record = this.#record
      this.#record = null
      this.#sequence += 1
      const slot = encodeSlot(this.#sequence, record)
      await this.#handle.write(slot, 0, slot.length, (this.#sequence % SLOTS) * SLOT_BYTES)
    }
  }
}

export async function readJournal(path: string): Promise<TransferRecord | null> {
  const handle = await open(path, 'r').catch(() => null)
  if (handle === null) return null
  try {
    return (await readLatest(handle))?.record ?? null
  } finally {
    await handle.close()
  }
}

async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return open(path, 'wx+', 0o600)
  }
}

interface Slot {
  readonly sequence: number
  readonly record: TransferRecord
}

async function readLatest(handle: FileHandle): Promise<Slot | null> {
  const buffer = Buffer.alloc(SLOT_BYTES * SLOTS)
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0)
  const slots: Slot[] = []
  for (let at = 0; at < bytesRead; at += SLOT_BYTES) {
    const slot = decodeSlot(buffer.subarray(at, Math.min(at + SLOT_BYTES, bytesRead)))
    if (slot !== null) slots.push(slot)
  }
  return slots.toSorted((a, b) => b.sequence - a.sequence)[0] ?? null
}

function encodeSlot(sequence: number, record: TransferRecord): Buffer {
  const kept = {
    ...record,
    written: record.written.slice(0, MAX_RANGES),
    flushed: record.flushed.slice(0, MAX_RANGES),
  }
  const text = JSON.stringify({ sequence, record: kept })
  return Buffer.from(`${checksum(text)} ${text}\n`)
}

function decodeSlot(bytes: Buffer): Slot | null {
  const end = bytes.indexOf('\n')
  if (end < CHECKSUM_CHARS) return null
  const line = bytes.toString('utf8', 0, end)
  const text = line.slice(CHECKSUM_CHARS + 1)
  return checksum(text) === line.slice(0, CHECKSUM_CHARS) ? (JSON.parse(text) as Slot) : null
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, CHECKSUM_CHARS)
}
