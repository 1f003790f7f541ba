import { FPS } from '@infinitetalk/arithmetic'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { blinks } from './blinks.ts'
import { seededRandom } from './seeded-random.ts'

const MINUTE = 60 * FPS

/** The frames in which the eyes are fully shut. */
const shutFrames = (lids: Float32Array): readonly number[] =>
  [...lids.keys()].filter((frame) => lids[frame] === 1)

it('eyes blink every few seconds, never long and never at once', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const lids = blinks(new Float32Array(MINUTE), seededRandom(seed))
      const shut = shutFrames(lids)
      expect(shut.length).toBeGreaterThanOrEqual(60 / 6)
      expect(shut.length).toBeLessThanOrEqual(2 * (60 / 1.8))
      const pauses = shut.slice(1).map((frame, i) => frame - shut[i]!)
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(10)
      expect(lids[0]).toBe(0)
    }),
  )
})

it('a blink waits for the pause nearby', () => {
  const everyHalfSecond = (frame: number): boolean => frame % 13 < 3
  const effort = Float32Array.from({ length: MINUTE }, (_, i) => (everyHalfSecond(i) ? 0 : 1))
  const starts = [...blinks(effort, seededRandom(4)).entries()]
    .filter(([frame, lid], i, all) => lid > 0 && all[i - 1]?.[1] === 0 && frame > 0)
    .map(([frame]) => frame)
  const inPause = starts.filter(everyHalfSecond)
  expect(inPause.length / starts.length).toBeGreaterThan(0.8)
})

it('who has finished a phrase blinks, more often than not', () => {
  const phrase = 4 * FPS
  const spoken = 3 * FPS
  const effort = Float32Array.from({ length: MINUTE }, (_, i) => (i % phrase < spoken ? 0.5 : 0))
  let [ends, blinked] = [0, 0]
  for (let seed = 1; seed <= 10; seed++) {
    const lids = blinks(effort, seededRandom(seed))
    for (let end = spoken; end + 4 < MINUTE; end += phrase) {
      ends++
      if (lids.subarray(end, end + 4).some((lid) => lid === 1)) blinked++
    }
  }
  expect(blinked / ends).toBeGreaterThan(0.45)
})

it.each([0, 1, 5, 30])('a video of %i frames has as many lids', (frames) => {
  expect(blinks(new Float32Array(frames), seededRandom(1))).toHaveLength(frames)
})
