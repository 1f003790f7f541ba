// Remembers the newest ids of something, so that each is given out once. Bounded: a hub that runs for months forgets the oldest ones.
const MAX_IDS = 10_000

export class RecentIds {
  readonly #ids = new Set<string>()

  /** @returns whether the id is new */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false
    this.#ids.add(id)
    const [oldest] = this.#ids
    if (this.#ids.size > MAX_IDS && oldest !== undefined) this.#ids.delete(oldest)
    return true
  }
}
