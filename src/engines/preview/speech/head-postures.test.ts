import { FPS } from '@infinitetalk/arithmetic'
import { describe, expect, it } from 'vitest'
import { headPostures } from './head-postures.ts'
import { seededRandom } from './seeded-random.ts'

const FIVE_MINUTES = 300 * FPS
/** Two seconds of speech, half a second of pause. */
const speech = Float32Array.from({ length: FIVE_MINUTES }, (_, i) => (i % 62 < 50 ? 0.4 : 0))
const silence = new Float32Array(FIVE_MINUTES)

function spread(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

describe('the postures of a head', () => {
  it.each([1, 2, 3])(
    'are spread wide enough to be seen as those of people who talk (seed %i)',
    (seed) => {
      const { yaw, shiftX } = headPostures(speech, seededRandom(seed))
      expect(spread(yaw)).toBeGreaterThan(5.5)
      expect(spread(yaw)).toBeLessThan(9)
      expect(spread(shiftX)).toBeGreaterThan(0.25)
    },
  )

  it('stay where a picture does not tear, and never jump', () => {
    const { yaw, pitch, roll } = headPostures(speech, seededRandom(4))
    for (const curve of [yaw, pitch, roll]) {
      expect(Math.max(...curve.map(Math.abs))).toBeLessThan(12)
      const steps = curve.slice(1).map((value, i) => Math.abs(value - curve[i]!))
      expect(Math.max(...steps)).toBeLessThan(4)
    }
  })

  it('go on in silence, but less', () => {
    const speaking = headPostures(speech, seededRandom(5))
    const listening = headPostures(silence, seededRandom(5))
    expect(spread(listening.yaw)).toBeGreaterThan(1)
    expect(spread(listening.yaw)).toBeLessThan(0.8 * spread(speaking.yaw))
  })

  it('begin with the picture as it is', () => {
    const { yaw, shiftY } = headPostures(speech, seededRandom(6))
    expect(yaw[0]).toBe(0)
    expect(shiftY[0]).toBe(0)
  })

  it('are the same for the same seed', () => {
    expect(headPostures(speech, seededRandom(7))).toEqual(headPostures(speech, seededRandom(7)))
  })
})
