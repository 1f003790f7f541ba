import { describe, expect, it } from 'vitest'
import { parsePrefer } from './prefer.ts'

describe('fault 121: a preference to wait', () => {
  it.each([
    ['wait=30', 30_000, 'wait=30'],
    ['wait=0', 0, 'wait=0'],
    ['wait="5"', 5000, 'wait=5'],
    ['Wait = 60', 60_000, 'wait=60'],
    ['wait=9999', 60_000, 'wait=60'],
    ['respond-async, wait=10', 10_000, 'wait=10'],
    ['wait=1, wait=2', 1000, 'wait=1'],
    ['respond-async', 0, 'respond-async'],
    ['return=minimal; foo="some parameter"', 0, null],
    ['wait=abc', 0, null],
    ['wait=-1', 0, null],
    ['', 0, null],
    [undefined, 0, null],
  ])('%s: waits %i ms and says %s', (header, waitMs, applied) => {
    expect(parsePrefer(header)).toEqual({ waitMs, applied })
  })
})
