import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteRanges } from './byte-ranges.ts'

const SIZE = 60
const place = fc.integer({ min: 0, max: SIZE })
const ranges = fc.array(fc.tuple(place, place), { maxLength: 20 })

/** The meaning of the set, as one bit per byte. */
function bitsOf(added: readonly (readonly [number, number])[]): boolean[] {
  const bits = new Array<boolean>(SIZE).fill(false)
  for (const [start, end] of added) bits.fill(true, Math.min(start, end), end)
  return bits
}

describe('a set of byte ranges', () => {
  it('holds exactly what was added, in whatever order', () => {
    fc.assert(
      fc.property(ranges, (added) => {
        const set = ByteRanges.of(added)
        const bits = bitsOf(added.filter(([start, end]) => end > start))
        expect(set.bytes).toBe(bits.filter(Boolean).length)
        const firstMissing = bits.indexOf(false)
        expect(set.prefixEnd).toBe(firstMissing < 0 ? SIZE : firstMissing)
        const gap = set.firstGap(SIZE)
        expect(gap?.[0] ?? SIZE).toBe(set.prefixEnd)
        if (gap !== null) {
          expect(bits.slice(gap[0], gap[1]).some(Boolean)).toBe(false)
          expect(gap[1] === SIZE || bits[gap[1]]).toBe(true)
        }
      }),
    )
  })

  it('keeps its ranges sorted and apart', () => {
    fc.assert(
      fc.property(ranges, (added) => {
        const list = ByteRanges.of(added).list()
        for (const [index, [start, end]] of list.entries()) {
          expect(end).toBeGreaterThan(start)
          expect(start).toBeGreaterThan(list[index - 1]?.[1] ?? -1)
        }
      }),
    )
  })
})
