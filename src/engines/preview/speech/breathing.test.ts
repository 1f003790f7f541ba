import { FPS } from '@infinitetalk/arithmetic'
import { expect, it } from 'vitest'
import { breathing } from './breathing.ts'
import { seededRandom } from './seeded-random.ts'

const MINUTE = 60 * FPS

it('a person at rest takes 12 to 17 breaths a minute, smoothly, from the picture as it is', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const raised = breathing(MINUTE, seededRandom(seed))
    expect(raised[0]).toBe(0)
    const peaks = [...raised.keys()].filter(
      (i) =>
        i > 0 && raised[i]! > 0.9 && raised[i]! > raised[i - 1]! && raised[i]! >= raised[i + 1]!,
    )
    expect(peaks.length).toBeGreaterThanOrEqual(12)
    expect(peaks.length).toBeLessThanOrEqual(17)
    const steps = raised.subarray(1).map((value, i) => Math.abs(value - raised[i]!))
    expect(Math.max(...steps)).toBeLessThan(0.05)
  }
})

it('the same seed breathes the same, another one otherwise', () => {
  expect(breathing(MINUTE, seededRandom(3))).toEqual(breathing(MINUTE, seededRandom(3)))
  expect(breathing(MINUTE, seededRandom(3))).not.toEqual(breathing(MINUTE, seededRandom(4)))
})
