import { expect, it } from 'vitest'
import { widenHalfFloats } from './half-float.ts'

it.each([
  { half: 0x0000, value: 0, what: 'zero' },
  { half: 0x3c00, value: 1, what: 'one' },
  { half: 0xc000, value: -2, what: 'minus two' },
  { half: 0x3555, value: 0.333251953125, what: 'about a third' },
  { half: 0x7bff, value: 65504, what: 'the largest' },
  { half: 0x0400, value: 2 ** -14, what: 'the smallest normal' },
  { half: 0x0001, value: 2 ** -24, what: 'the smallest' },
  { half: 0x83ff, value: -1023 * 2 ** -24, what: 'a negative subnormal' },
])('$what is widened exactly', ({ half, value }) => {
  expect([...widenHalfFloats(Uint16Array.of(half))]).toEqual([value])
})
