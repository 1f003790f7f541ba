import { DEFAULT_WINDOWING, planWindows } from '@infinitetalk/arithmetic'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateRender } from './estimate.ts'

const sampling = { ...DEFAULT_WINDOWING, equalise: false, stepsPerWindow: 6 }
const equalised = { ...sampling, equalise: true }
const windowed = { sampling, speed: null }

describe('an estimate', () => {
  it('counts frames for an engine without windows', () => {
    const speed = { secondsPerUnit: 0.01, setupSeconds: 1 }
    expect(estimateRender({ frames: 250, sampling: null, speed })).toEqual({
      frames: 250,
      windows: 0,
      surplusFrames: 0,
      seconds: 3.5,
      machineSeconds: 3.5,
      pieces: 1,
      saves: [],
    })
  })

  it('counts windows, and says nothing of time that was never measured', () => {
    expect(estimateRender({ ...windowed, frames: 250 })).toMatchObject({
      windows: 4,
      surplusFrames: 47,
      seconds: null,
    })
    const speed = { secondsPerUnit: 5, setupSeconds: 20 }
    expect(estimateRender({ ...windowed, frames: 250, speed }).seconds).toBe(140)
    const { seconds } = estimateRender({ frames: 250, speed, sampling: equalised })
    expect(seconds).toBeCloseTo(20 + (4 * 30 * 73) / 81)
  })

  it('counts a last window as long as it is, where windows are steps', () => {
    const steps = { ...sampling, shortLastWindow: true }
    const speed = { secondsPerUnit: 5, setupSeconds: 20 }
    const estimate = estimateRender({ frames: 158, sampling: steps, speed })
    expect(estimate).toMatchObject({ windows: 3, surplusFrames: 3 })
    expect(estimate.seconds).toBeCloseTo(20 + 5 * 6 * ((81 + 81 + 17) / 81))
    expect(estimate.saves).toEqual(['Cutting 0.2 s saves one of 3 windows.'])
  })

  it('tells which cut saves a window', () => {
    expect(estimateRender({ ...windowed, frames: 158 }).saves).toContain(
      'Cutting 0.2 s saves one of 3 windows.',
    )
    expect(estimateRender({ ...windowed, frames: 82 }).saves).toEqual([
      'Cutting 0.1 s saves one of 2 windows.',
      'equalise_windows renders windows of 49 instead of 81 frames and saves 40 % of the time, at some risk to quality.',
    ])
    expect(estimateRender({ ...windowed, frames: 200, sampling: equalised }).saves).toEqual([])
    expect(estimateRender({ ...windowed, frames: 81 }).saves).toEqual([])
  })

  it('proposes cuts that are long enough to save the window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (frames) => {
        const { windows, saves } = estimateRender({ ...windowed, frames })
        const match = /^Cutting ([\d.]+) s saves one/.exec(saves[0] ?? '')
        if (match === null) return
        const seconds = frames / 25 - Number(match[1])
        expect(planWindows(Math.ceil(seconds * 25 - 1e-6)).windows).toBe(windows - 1)
      }),
      { numRuns: 500 },
    )
  })
})
