// The sidecar of a download: which bytes of which content are on the disk. Two slots are written in turn, each with a checksum, so
// that a process that is killed during a write leaves the other slot intact; the file never grows. It never claims more than is on
// the disk: a forgotten range costs a download, a wrong one would cost a model.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { ByteRange } from './byte-ranges.ts'

export interface TransferRecord {
  /** The URL of the download, without its query. */
  readonly source: string
  readonly bytes: number
  /** null: unknown. */
  readonly sha256: string | null
  /** Strong entity tag of the received bodies; null when the server sent none. */
  readonly validator: string | null
  /** The boot of the operating system in which `written` is true. */
  readonly boot: string
  /** Handed to the operating system. */
  readonly written: readonly ByteRange[]
  /** Flushed to the disk: true even after a power loss. */
  readonly flushed: readonly ByteRange[]
}

const SLOT_BYTES = 64 * 1024
const SLOTS = 2
/** Far more ranges than parallel connections leave; further ones are forgotten. */
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

  /** @returns also the last record, null when none can be read */
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

  /** Writes the newest record; of the records that arrive during a write, only the last is written. */
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
