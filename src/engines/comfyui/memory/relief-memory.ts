// Remembers the remedy that helped when memory ran out, by ComfyUI and size: the next render of that size begins with it. It is
// kept in a small file, so that a restart of this program does not climb the ladder again, and forgotten after a week: the machine
// may have more memory by then.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { isRecord } from '@infinitetalk/contract/plain'
import { NO_RELIEF, type Relief } from './remedies.ts'

interface Remembered {
  readonly relief: Relief
  readonly atMs: number
}

const MAX_ENTRIES = 64
const KEEP_MS = 7 * 24 * 3_600_000

export class ReliefMemory {
  readonly #path: string | null
  readonly #nowMs: () => number
  /** In a row. */
  readonly #kills = new Map<string, number>()
  #entries: Promise<Map<string, Remembered>> | null = null
  #writing: Promise<void> = Promise.resolve()

  /** @param path of a file that may not exist yet; null: nothing outlives this program */
  constructor(path: string | null, nowMs: () => number = Date.now) {
    this.#path = path
    this.#nowMs = nowMs
  }

  async recall(key: string): Promise<Relief> {
    const known = (await this.#load()).get(key)
    return known === undefined || this.#nowMs() - known.atMs > KEEP_MS ? NO_RELIEF : known.relief
  }

  /** A file that cannot be written costs a few renders after the next start, and no job. */
  async remember(key: string, relief: Relief): Promise<void> {
    const entries = await this.#load()
    entries.delete(key)
    entries.set(key, { relief, atMs: this.#nowMs() })
    for (const oldest of [...entries.keys()].slice(0, -MAX_ENTRIES)) entries.delete(oldest)
    await this.#save(entries)
  }

  /** Nothing helped: the next render of that size begins without a remedy. */
  async forget(key: string): Promise<void> {
    const entries = await this.#load()
    if (entries.delete(key)) await this.#save(entries)
  }

  /** Its ComfyUI was killed in a render. @returns how often in a row */
  countKill(key: string): number {
    const kills = (this.#kills.get(key) ?? 0) + 1
    this.#kills.set(key, kills)
    return kills
  }

  forgetKills(key: string): void {
    this.#kills.delete(key)
  }

  #load(): Promise<Map<string, Remembered>> {
    this.#entries ??= this.#read()
    return this.#entries
  }

  async #read(): Promise<Map<string, Remembered>> {
    if (this.#path === null) return new Map()
    const text = await readFile(this.#path, 'utf8').catch(() => '{}')
    return new Map(entriesOf(text))
  }

  #save(entries: ReadonlyMap<string, Remembered>): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write(entries)).catch(() => {})
    return this.#writing
  }

  async #write(entries: ReadonlyMap<string, Remembered>): Promise<void> {
    if (this.#path === null) return
    const part = `${this.#path}.part`
    await writeFile(part, JSON.stringify(Object.fromEntries(entries)))
    await rename(part, this.#path)
  }
}

/** Nothing of a file that is damaged or of another version is believed. */
function entriesOf(text: string): readonly (readonly [string, Remembered])[] {
  try {
    const json: unknown = JSON.parse(text)
    return Object.entries(isRecord(json) ? json : {}).flatMap(([key, entry]) =>
      isRemembered(entry) ? [[key, entry] as const] : [],
    )
  } catch {
    return []
  }
}

function isRemembered(entry: unknown): entry is Remembered {
  if (!isRecord(entry) || typeof entry.atMs !== 'number' || !isRecord(entry.relief)) return false
  const { tiledVae, blockSwap, offload, windowFrames } = entry.relief
  const isCount = (value: unknown): boolean => value === null || Number.isInteger(value)
  return (
    typeof tiledVae === 'boolean' &&
    isCount(blockSwap) &&
    isCount(windowFrames) &&
    [0, 1, 2].includes(offload as number)
  )
}
