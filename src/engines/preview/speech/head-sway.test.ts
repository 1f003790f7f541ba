import fc from 'fast-check'
import { expect, it } from 'vitest'
import { headSway } from './head-sway.ts'
import { seededRandom } from './seeded-random.ts'

const moods = fc.record({
  effort: fc.double({ min: 0, max: 1, noNaN: true }),
  stress: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
})

it('a head stays within a few degrees, whatever is said', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.double({ min: 0, max: 36_000, noNaN: true }),
      moods,
      (seed, t, mood) => {
        const head = headSway(seededRandom(seed))(t, mood)
        expect(Math.abs(head.yaw)).toBeLessThan(3.1)
        expect(Math.abs(head.pitch)).toBeLessThan(2.4)
        expect(Math.abs(head.roll)).toBeLessThan(1.5)
        expect(head.brow).toBeGreaterThanOrEqual(-0.4)
        expect(head.brow).toBeLessThanOrEqual(1)
      },
    ),
  )
})

it('a head does not jump: from frame to frame it turns less than half a degree', () => {
  const headAt = headSway(seededRandom(5))
  const still = { effort: 0.5, stress: 0 }
  for (let frame = 1; frame < 1000; frame++) {
    const [before, after] = [headAt((frame - 1) / 25, still), headAt(frame / 25, still)]
    expect(Math.abs(after.yaw - before.yaw)).toBeLessThan(0.5)
  }
})

it('a head that speaks moves more than one that listens', () => {
  const headAt = headSway(seededRandom(9))
  const listening = headAt(7, { effort: 0, stress: 0 })
  const speaking = headAt(7, { effort: 0.6, stress: 0 })
  expect(Math.abs(speaking.yaw)).toBeGreaterThan(1.5 * Math.abs(listening.yaw))
})
