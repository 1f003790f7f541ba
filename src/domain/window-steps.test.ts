import { DEFAULT_WINDOWING, planWindows } from '@infinitetalk/arithmetic'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { continueSteps, planSteps } from './window-steps.ts'

const windowings = fc
  .record({ k: fc.integer({ min: 1, max: 20 }), more: fc.integer({ min: 1, max: 20 }) })
  .map(({ k, more }) => ({ motionFrames: 4 * k + 1, windowFrames: 4 * (k + more) + 1 }))
const frames = fc.integer({ min: 1, max: 1500 })

describe('windows as steps', () => {
  it('make every frame of the video once, in order', () => {
    fc.assert(
      fc.property(frames, windowings, (wanted, windowing) => {
        const { steps } = planSteps(wanted, windowing)
        const next = steps.reduce((at, step) => {
          expect(step.firstNewFrame).toBe(at)
          expect(step.newFrames).toBeGreaterThan(0)
          return at + step.newFrames
        }, 0)
        expect(next).toBe(wanted)
      }),
    )
  })

  it('begin each window with the last frames of the window before', () => {
    fc.assert(
      fc.property(frames, windowings, (wanted, windowing) => {
        const { steps, motionFrames } = planSteps(wanted, windowing)
        for (const step of steps.slice(1)) {
          expect(step.firstNewFrame - step.startFrame).toBe(motionFrames)
        }
      }),
    )
  })

  it('are all 4k + 1 long, and none is longer than a window', () => {
    fc.assert(
      fc.property(frames, windowings, (wanted, windowing) => {
        for (const { length } of planSteps(wanted, windowing).steps) {
          expect(length % 4).toBe(1)
          expect(length).toBeLessThanOrEqual(windowing.windowFrames)
        }
      }),
    )
  })

  it('throw away at most three frames once there is a second window, where whole windows throw away 36 on average', () => {
    fc.assert(
      fc.property(fc.integer({ min: 86, max: 1500 }), (wanted) => {
        const plan = planSteps(wanted, DEFAULT_WINDOWING)
        expect(plan.windows).toBe(planWindows(wanted).windows)
        expect(plan.surplusFrames).toBeLessThanOrEqual(3)
      }),
    )
  })

  it('are the same where some of them are done, and exact where these were of another length', () => {
    const done = fc.integer({ min: 0, max: 12 })
    fc.assert(
      fc.property(
        frames,
        windowings,
        windowings,
        done,
        (wanted, first, { windowFrames }, count) => {
          const whole = planSteps(wanted, first)
          const finished = whole.steps
            .slice(0, count)
            .map(({ firstNewFrame, newFrames, ...step }) => ({
              ...step,
              firstFrame: firstNewFrame,
              frames: newFrames,
            }))
          expect(continueSteps(wanted, first, finished).steps).toEqual(whole.steps)
          const other = { ...first, windowFrames: Math.max(windowFrames, first.motionFrames + 4) }
          const { steps, outputFrames } = continueSteps(wanted, other, finished)
          expect(steps.slice(0, finished.length)).toEqual(whole.steps.slice(0, count))
          expect(steps.reduce((sum, { newFrames }) => sum + newFrames, 0)).toBe(wanted)
          expect(outputFrames).toBeGreaterThanOrEqual(wanted)
          for (const { length, newFrames } of steps.slice(finished.length)) {
            expect(length % 4).toBe(1)
            expect(length).toBeLessThanOrEqual(other.windowFrames)
            expect(newFrames).toBeGreaterThan(0)
          }
        },
      ),
    )
  })

  it('are those of the recorded render of ten seconds', () => {
    const { steps, outputFrames } = planSteps(225, DEFAULT_WINDOWING)
    expect(outputFrames).toBe(225)
    expect(steps).toEqual([
      { number: 1, length: 81, startFrame: 0, firstNewFrame: 0, newFrames: 81 },
      { number: 2, length: 81, startFrame: 72, firstNewFrame: 81, newFrames: 72 },
      { number: 3, length: 81, startFrame: 144, firstNewFrame: 153, newFrames: 72 },
    ])
  })

  it('never sample a first window that is too short to be good', () => {
    expect(planSteps(1, DEFAULT_WINDOWING).steps).toMatchObject([{ length: 33, newFrames: 1 }])
  })
})
