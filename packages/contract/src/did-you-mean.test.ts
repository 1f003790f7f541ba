import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didYouMean, editDistance } from './did-you-mean.ts'
import { OPTION_NAMES } from './generation-spec.ts'

describe('did you mean', () => {
  it.each([
    ['promt', 'prompt'],
    ['maxFrames', 'max_frames'],
    ['heigth', 'height'],
    ['color-match', 'color_match'],
    ['Seed', 'seed'],
    ['equalize_windows', 'equalise_windows'],
    ['audio_guidance_scale_of_the_thing', null],
    ['zebra', null],
    ['x'.repeat(5000), null],
    ['', null],
  ])('%s means %s', (given, meant) => {
    expect(didYouMean(given, OPTION_NAMES)).toBe(meant)
  })

  it('measures a metric that counts a swap of neighbours once', () => {
    expect(editDistance('ab', 'ba')).toBe(1)
    expect(editDistance('', 'abc')).toBe(3)
    expect(editDistance('kitten', 'sitting')).toBe(3)
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (from, to) => {
        const distance = editDistance(from, to)
        expect(distance).toBe(editDistance(to, from))
        expect(distance === 0).toBe(from === to)
        expect(distance).toBeLessThanOrEqual(Math.max(from.length, to.length))
        expect(distance).toBeGreaterThanOrEqual(Math.abs(from.length - to.length))
      }),
    )
  })
})
