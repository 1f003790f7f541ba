import { FPS } from '@infinitetalk/arithmetic'
import { describe, expect, it } from 'vitest'
import { lookAround } from './gaze.ts'
import { seededRandom } from './seeded-random.ts'

const MINUTE = 60 * FPS
const still = new Float32Array(MINUTE)

describe('a gaze', () => {
  it('rests, and jumps within two frames', () => {
    const { x } = lookAround(
      still.map(() => 0.4),
      still,
      seededRandom(1),
    )
    const moves = x.filter((value, i) => i > 0 && value !== x[i - 1])
    // A jump changes two frames; there is about one in 1.2 seconds.
    expect(moves.length / 2).toBeGreaterThan(30)
    expect(moves.length / 2).toBeLessThan(90)
  })

  it('is on the viewer most of the time, and leaves more often while speaking', () => {
    const away = (effort: number): number => {
      const { x } = lookAround(
        still.map(() => effort),
        still,
        seededRandom(2),
      )
      return x.filter((value) => Math.abs(value) > 0.3).length / MINUTE
    }
    expect(away(0.4)).toBeLessThan(0.5)
    expect(away(0.4)).toBeGreaterThan(away(0))
  })

  it('stays where it was when the head turns', () => {
    const looking = lookAround(still, still, seededRandom(3))
    const turned = lookAround(
      still,
      still.map(() => 6),
      seededRandom(3),
    )
    expect(turned.x[100]).toBeCloseTo(looking.x[100]! - 0.25, 5)
  })
})
