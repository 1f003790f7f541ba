import { describe, expect, it } from 'vitest'
import { isSilent, peaksOf, type Sound } from './sound.ts'
import { isWithin, placeIn, zoomed } from './wave-view.ts'

/** A second of nothing, then a second of a tone. */
const SOUND: Sound = {
  seconds: 2,
  sampleRate: 1000,
  channels: [
    Float32Array.from({ length: 2000 }, (_, at) => (at < 1000 ? 0.001 : Math.sin(at) / 2)),
  ],
}

describe('a voice', () => {
  it('is silent where nobody can be heard, in the part that is kept', () => {
    expect(isSilent(SOUND, { start: 0, end: 1 })).toBe(true)
    expect(isSilent(SOUND, { start: 0, end: 1.1 })).toBe(false)
  })

  it('has peaks of the part that is shown', () => {
    expect(Math.max(...peaksOf(SOUND, 10, { start: 0, end: 1 }))).toBeLessThan(0.01)
    expect(Math.min(...peaksOf(SOUND, 10, { start: 1, end: 2 }))).toBeGreaterThan(0.4)
  })

  it('is zoomed around a moment, and never beyond its ends', () => {
    const near = zoomed({ start: 0, end: 8 }, 8, 0.5, 7)
    expect(near).toEqual({ start: 4, end: 8 })
    expect(zoomed(near, 8, 2, 7)).toEqual({ start: 0, end: 8 })
    expect(zoomed({ start: 0, end: 1 }, 8, 0.5, 0)).toEqual({ start: 0, end: 1 })
    expect(placeIn(6, near)).toBe('50%')
    expect(isWithin(3.9, near)).toBe(false)
  })
})
