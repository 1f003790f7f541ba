import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DEFAULT_WINDOWING,
  equaliseWindows,
  framesToSaveWindow,
  planWindows,
  videoFrames,
  type Windowing,
} from './windows.ts'

/** The sampler's loop, plainly: windows that overlap by the motion frames, until one reaches the end of the audio. */
function simulate(frames: number, { windowFrames, motionFrames }: Windowing) {
  const made = new Set<number>()
  let windows = 0
  let start = 0
  for (;;) {
    for (let frame = start; frame < start + windowFrames; frame += 1) made.add(frame)
    windows += 1
    if (start + windowFrames >= frames) return { windows, outputFrames: made.size }
    start += windowFrames - motionFrames
  }
}

const windowings = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }))
  .map(([motion, step]) => ({
    motionFrames: 4 * motion + 1,
    windowFrames: 4 * (motion + step) + 1,
  }))
const frameCounts = fc.integer({ min: 1, max: 3000 })

describe('windows', () => {
  it('are counted as the loop makes them, for every length up to two minutes', () => {
    for (let frames = 1; frames <= 3000; frames += 1) {
      const { windows, outputFrames, surplusFrames } = planWindows(frames)
      expect({ windows, outputFrames }).toEqual(simulate(frames, DEFAULT_WINDOWING))
      expect(surplusFrames).toBe(outputFrames - frames)
    }
  })

  it.each([
    [25, 1, 81, 56],
    [81, 1, 81, 0],
    [82, 2, 153, 71],
    [153, 2, 153, 0],
    [154, 3, 225, 71],
    [250, 4, 297, 47],
    [1500, 21, 1521, 21],
    [3000, 42, 3033, 33],
  ])('for %i frames are %i, with %i frames made and %i too many', (frames, ...expected) => {
    const { windows, outputFrames, surplusFrames } = planWindows(frames)
    expect([windows, outputFrames, surplusFrames]).toEqual(expected)
  })

  it('are counted as the loop makes them, for other windows and overlaps', () => {
    fc.assert(
      fc.property(frameCounts, windowings, (frames, windowing) => {
        expect(planWindows(frames, windowing)).toMatchObject(simulate(frames, windowing))
      }),
    )
  })

  it('when equalised are as many, no longer, and leave less over than four frames each', () => {
    fc.assert(
      fc.property(frameCounts, windowings, (frames, windowing) => {
        const plain = planWindows(frames, windowing)
        const equal = equaliseWindows(frames, windowing)
        expect(equal).toMatchObject(simulate(frames, equal))
        expect(equal.windows).toBe(plain.windows)
        expect(equal.windowFrames).toBeLessThanOrEqual(plain.windowFrames)
        expect(equal.motionFrames).toBe(plain.motionFrames)
        if (plain.windows > 1) expect(equal.surplusFrames).toBeLessThan(4 * equal.windows)
      }),
    )
  })

  it('when equalised fit a short voice, but stay long enough to look good', () => {
    expect(equaliseWindows(25)).toMatchObject({ windowFrames: 33, surplusFrames: 8 })
    expect(equaliseWindows(50)).toMatchObject({ windowFrames: 53, surplusFrames: 3 })
    expect(equaliseWindows(82)).toMatchObject({ windows: 2, windowFrames: 49 })
    expect(equaliseWindows(250)).toMatchObject({ windows: 4, windowFrames: 73 })
  })

  it('are one less after the cut that is said to save one, and not after any shorter cut', () => {
    fc.assert(
      fc.property(frameCounts, windowings, (frames, windowing) => {
        const { windows } = planWindows(frames, windowing)
        const cut = framesToSaveWindow(frames, windowing)
        if (cut === null) {
          expect(windows).toBe(1)
          return
        }
        expect(cut).toBeGreaterThan(0)
        expect(planWindows(frames - cut, windowing).windows).toBe(windows - 1)
        expect(planWindows(frames - cut + 1, windowing).windows).toBe(windows)
      }),
    )
  })

  it.each([
    [81, 81],
    [9, 81],
    [80, 9],
    [81, 8],
    [1, 1],
    [81.5, 9],
    [Number.NaN, 9],
  ])('of %d frames with an overlap of %d are refused', (windowFrames, motionFrames) => {
    expect(() => planWindows(100, { windowFrames, motionFrames })).toThrow(RangeError)
  })
})

describe('frames of an audio', () => {
  it('cover it, to within one frame', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 * 48_000 }), (samples) => {
        const seconds = samples / 48_000
        const frames = videoFrames(seconds)
        expect(frames / 25).toBeGreaterThanOrEqual(seconds - 1e-6)
        expect((frames - 1) / 25).toBeLessThan(seconds)
      }),
    )
  })

  it('are exact at whole frames, whatever floating point makes of them', () => {
    for (let frames = 1; frames <= 15_000; frames += 1)
      expect(videoFrames(frames / 25)).toBe(frames)
    expect(videoFrames(0)).toBe(1)
  })
})
