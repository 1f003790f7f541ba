import { DEFAULT_WINDOWING, planWindows, type Windowing } from '@infinitetalk/arithmetic'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countPieces, cutPieces, MIN_PIECE_WINDOWS } from './pieces.ts'
import { pieceRanges, planPiece, planSteps, type WindowStep } from './window-steps.ts'

const windowings = fc
  .record({ k: fc.integer({ min: 1, max: 8 }), more: fc.integer({ min: 0, max: 20 }) })
  .map(({ k, more }) => ({ motionFrames: 4 * k + 1, windowFrames: 4 * (2 * k + 1 + more) + 1 }))
const cases = fc.record({
  frames: fc.integer({ min: 1, max: 6000 }),
  windowing: windowings,
  asked: fc.integer({ min: 1, max: 16 }),
  /** Which candidate is the quietest. */
  choice: fc.double({ min: 0, max: 1, noNaN: true }),
})

function stepsOf(
  frames: number,
  windowing: Windowing,
  cuts: readonly number[],
): readonly WindowStep[] {
  return pieceRanges(frames, cuts).flatMap((range) => planPiece(range, windowing, []).steps)
}

async function cut({
  frames,
  windowing,
  asked,
  choice,
}: typeof cases extends fc.Arbitrary<infer T> ? T : never) {
  const pieces = countPieces(frames, windowing, asked)
  const cuts = await cutPieces({ frames, windowing, pieces, covered: 0 }, async (candidates) => {
    return candidates[Math.round(choice * (candidates.length - 1))]!
  })
  return { pieces, cuts, steps: stepsOf(frames, windowing, cuts) }
}

describe('pieces of a video', () => {
  it('have every frame once, in windows that are 4k + 1 long, and end where the next one begins', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const { pieces, cuts, steps } = await cut(one)
        const { motionFrames, windowFrames } = one.windowing
        let next = 0
        let lastNumber = 0
        const wrong = steps.filter(
          ({ number, length, startFrame, firstNewFrame, newFrames }, index) => {
            const begins = cuts.includes(firstNewFrame)
            const counts = begins ? number > lastNumber : number === lastNumber + 1
            lastNumber = number
            const follows = counts && firstNewFrame === next
            const fits = length % 4 === 1 && length <= windowFrames
            const leans = index === 0 || firstNewFrame - startFrame === motionFrames
            next += newFrames
            // The crossfade needs the motion frames from one window.
            const meets = newFrames >= motionFrames && startFrame + length === next
            return !follows || !fits || !leans || (cuts.includes(next) && !meets)
          },
        )
        expect(wrong).toEqual([])
        expect(next).toBe(one.frames)
        expect(cuts).toHaveLength(pieces - 1)
        const starts = steps.map(({ firstNewFrame }) => firstNewFrame)
        expect(starts).toEqual(expect.arrayContaining([...cuts]))
      }),
    )
  })

  it('are so even that n machines need at most 1 / (0.9 n) of the time of one', async () => {
    const long = cases.filter(
      ({ frames, windowing, asked }) => planWindows(frames, windowing).windows >= 12 * asked,
    )
    await fc.assert(
      fc.asyncProperty(long, async (one) => {
        const { pieces, cuts, steps } = await cut(one)
        const sampled = (from: number, to: number) =>
          steps
            .filter(({ firstNewFrame }) => firstNewFrame >= from && firstNewFrame < to)
            .reduce((sum, { length }) => sum + length, 0)
        const ends = [...cuts, one.frames]
        const longest = Math.max(...ends.map((end, index) => sampled(cuts[index - 1] ?? 0, end)))
        expect(pieces).toBe(one.asked)
        const alone = planSteps(one.frames, one.windowing).steps
        const whole = alone.reduce((sum, { length }) => sum + length, 0)
        expect(longest / whole).toBeLessThanOrEqual(1 / (0.9 * pieces))
      }),
    )
  })

  it('may have shorter windows from any window on: the last one still shows all of the crossfade, and no number is taken twice', async () => {
    const shortened = fc.record({ one: cases, done: fc.nat(20), short: fc.constantFrom(21, 41) })
    await fc.assert(
      fc.asyncProperty(shortened, async ({ one, done, short }) => {
        const windowing = { windowFrames: 81, motionFrames: 9 }
        const { cuts } = await cut({ ...one, windowing })
        const numbers: number[] = []
        for (const range of pieceRanges(one.frames, cuts)) {
          const kept = planPiece(range, windowing, []).steps.slice(0, done)
          const finished = kept.map((step) => {
            return { ...step, firstFrame: step.firstNewFrame, frames: step.newFrames }
          })
          const { steps } = planPiece(range, { ...windowing, windowFrames: short }, finished)
          expect(steps.slice(0, done)).toEqual(kept)
          let next = range.fromFrame
          for (const { length, startFrame, firstNewFrame, newFrames, number } of steps) {
            expect([firstNewFrame, length % 4]).toEqual([next, 1])
            if (next > 0) expect(firstNewFrame - startFrame).toBe(windowing.motionFrames)
            next += newFrames
            numbers.push(number)
          }
          expect(next).toBe(range.toFrame)
          if (range.meetsNext) {
            expect(steps.at(-1)!.newFrames).toBeGreaterThanOrEqual(windowing.motionFrames)
          }
        }
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
      }),
    )
  })

  it('are no more than the video has windows for', () => {
    const windows = (count: number): number => 81 + 72 * (count - 1)
    expect(countPieces(windows(2 * MIN_PIECE_WINDOWS - 1), DEFAULT_WINDOWING, 2)).toBe(1)
    expect(countPieces(windows(2 * MIN_PIECE_WINDOWS), DEFAULT_WINDOWING, 16)).toBe(2)
    // Windows that hardly add frames show no crossfade.
    expect(countPieces(5000, { windowFrames: 13, motionFrames: 9 }, 2)).toBe(1)
  })
})
