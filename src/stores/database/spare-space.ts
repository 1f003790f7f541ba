// Room on the disk that is kept for the transactions that make room: on a full disk even a deletion needs some, for the log of
// the database. A file holds it; without that file the database has so much more.
import { randomBytes } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'

/** SQLite's log grows to 1000 pages of 4 KiB before it is used again from its beginning. */
const SPARE_BYTES = 4 * 1024 * 1024

export class SpareSpace {
  readonly #path: string
  #full: boolean | null = null

  constructor(path: string) {
    this.#path = path
  }

  /** Gives the room to whoever writes next. */
  async give(): Promise<void> {
    await rm(this.#path, { force: true })
    this.#full = false
  }

  /** Takes the room again once there is some; on a disk that is too full it does nothing. */
  async refill(): Promise<void> {
    this.#full ??= (await bytesOf(this.#path)) === SPARE_BYTES
    if (this.#full) return
    try {
      await using file = await open(this.#path, 'w', 0o600)
      // Random: some file systems give zeros no room.
      await file.writeFile(randomBytes(SPARE_BYTES))
      await file.sync()
      this.#full = true
    } catch {
      await rm(this.#path, { force: true }).catch(() => {})
    }
  }
}

async function bytesOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0
}
