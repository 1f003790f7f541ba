import fc from 'fast-check'
import { expect, it } from 'vitest'
import { slidingMax, slidingMin, smooth, withoutNarrowPeaks } from './smoothing.ts'

const curves = fc
  .array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 })
  .map((values) => Float32Array.from(values))
const radii = fc.integer({ min: 0, max: 80 })

function extremeAround(
  curve: Float32Array,
  radius: number,
  extreme: (...values: number[]) => number,
): Float32Array {
  return curve.map((_, i) => extreme(...curve.subarray(Math.max(0, i - radius), i + radius + 1)))
}

it('the sliding extremes are those of every neighbourhood', () => {
  fc.assert(
    fc.property(curves, radii, (curve, radius) => {
      expect(slidingMax(curve, radius)).toEqual(extremeAround(curve, radius, Math.max))
      expect(slidingMin(curve, radius)).toEqual(extremeAround(curve, radius, Math.min))
    }),
  )
})

it('smoothing leaves a constant alone and never leaves the range of the curve', () => {
  fc.assert(
    fc.property(curves, fc.double({ min: 0.3, max: 20, noNaN: true }), (curve, sigma) => {
      const smoothed = smooth(curve, sigma)
      expect(Math.max(...smoothed)).toBeLessThanOrEqual(Math.max(...curve) + 1e-3)
      expect(Math.min(...smoothed)).toBeGreaterThanOrEqual(Math.min(...curve) - 1e-3)
    }),
  )
})

it('smoothing delays nothing: reversed in, reversed out', () => {
  fc.assert(
    fc.property(curves, (curve) => {
      const there = smooth(curve, 2.5)
      const back = smooth(curve.toReversed(), 2.5).toReversed()
      for (let i = 0; i < curve.length; i++) expect(back[i]).toBeCloseTo(there[i]!, 3)
    }),
  )
})

it('narrow peaks go, wide ones stay', () => {
  const curve = Float32Array.of(0, 0, 9, 9, 0, 0, 0, 5, 5, 5, 5, 5, 0, 0)
  expect([...withoutNarrowPeaks(curve, 2)]).toEqual([0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 0, 0])
})
