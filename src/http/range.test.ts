import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRange } from './range.ts'

describe('a range of a file', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-', 0, 999],
    ['bytes=500-', 500, 999],
    ['bytes=999-', 999, 999],
    ['bytes=0-5000', 0, 999],
    ['bytes=-1', 999, 999],
    ['bytes=-5000', 0, 999],
    ['BYTES=1-2', 1, 2],
  ])('%s is %i to %i of 1000 bytes', (header, start, end) => {
    expect(parseRange(header, 1000)).toEqual({ kind: 'part', range: { start, end } })
  })

  it.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=99999999999999999999-', 'bytes=-0'])(
    '%s is outside of 1000 bytes',
    (header) => {
      expect(parseRange(header, 1000)).toEqual({ kind: 'unsatisfiable' })
    },
  )

  it.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=2-1',
    'items=0-1',
    'bytes=0-1,5-6',
    'bytes=a-b',
  ])('%s is the whole file', (header) => {
    expect(parseRange(header, 1000)).toEqual({ kind: 'whole' })
  })

  it('lies inside the file, whatever the header says', () => {
    const piece = fc.constantFrom('bytes', '=', '-', ',', ' ', '0', '7', '99', '1e3', 'x')
    fc.assert(
      fc.property(
        fc.array(piece).map((parts) => parts.join('')),
        fc.nat(200),
        (header, bytes) => {
          const result = parseRange(header, bytes)
          if (result.kind !== 'part') return
          expect(result.range.start).toBeGreaterThanOrEqual(0)
          expect(result.range.end).toBeGreaterThanOrEqual(result.range.start)
          expect(result.range.end).toBeLessThan(bytes)
        },
      ),
    )
  })
})
