// A set of bytes of one file, as sorted ranges that neither touch nor overlap: the bytes on the disk, or those being fetched.

/** From `start` up to, not including, `end`. */
export type ByteRange = readonly [start: number, end: number]

export class ByteRanges {
  #ranges: ByteRange[] = []

  static of(ranges: readonly ByteRange[]): ByteRanges {
    const set = new ByteRanges()
    for (const [start, end] of ranges) set.add(start, end)
    return set
  }

  add(start: number, end: number): void {
    if (end <= start) return
    const before = this.#ranges.filter(([, itsEnd]) => itsEnd < start)
    const after = this.#ranges.filter(([itsStart]) => itsStart > end)
    const touching = this.#ranges.slice(before.length, this.#ranges.length - after.length)
    const from = Math.min(start, touching[0]?.[0] ?? start)
    const to = Math.max(end, touching.at(-1)?.[1] ?? end)
    this.#ranges = [...before, [from, to], ...after]
  }

  clear(): void {
    this.#ranges = []
  }

  list(): readonly ByteRange[] {
    return this.#ranges
  }

  get bytes(): number {
    return this.#ranges.reduce((sum, [start, end]) => sum + end - start, 0)
  }

  /** The end of the gapless range that starts at byte 0. */
  get prefixEnd(): number {
    const [first] = this.#ranges
    return first !== undefined && first[0] === 0 ? first[1] : 0
  }

  /** The first bytes below `size` that are not in the set; null when none are missing. */
  firstGap(size: number): ByteRange | null {
    let from = 0
    for (const [start, end] of this.#ranges) {
      if (start > from) return [from, Math.min(start, size)]
      from = end
    }
    return from < size ? [from, size] : null
  }
}
