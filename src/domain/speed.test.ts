import { describe, expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'
import { addSample, speedAt } from './speed.ts'

const sample = (samplingSeconds: number) => ({ units: 100, samplingSeconds, otherSeconds: 2 })

describe('a learnt speed', () => {
  it('is what was measured, then moves towards what is measured now', () => {
    const first = addSample(null, sample(10))
    expect(first).toEqual({ secondsPerUnit: 0.1, setupSeconds: 2, samples: 1 })
    const second = addSample(first, sample(20))
    expect(second.secondsPerUnit).toBeCloseTo(0.15)
    let speed = second
    for (let render = 0; render < 20; render += 1) speed = addSample(speed, sample(20))
    expect(speed.secondsPerUnit).toBeCloseTo(0.2, 3)
  })

  it('is scaled by the pixels from the nearest size that was measured', () => {
    const measured = [
      { size: { width: 100, height: 100 }, speed: { secondsPerUnit: 1, setupSeconds: 3 } },
      { size: { width: 1000, height: 1000 }, speed: { secondsPerUnit: 50, setupSeconds: 4 } },
    ]
    const size = { width: 200, height: 100 }
    expect(speedAt(size, measured)).toEqual({ secondsPerUnit: 2, setupSeconds: 3 })
    expect(speedAt(size, [])).toBeNull()
  })
})

describe('the wait before another try', () => {
  it('doubles up to a minute, and is spread over its second half', () => {
    expect([1, 2, 3, 7, 50].map((failures) => backoffMs(failures, 1))).toEqual([
      1000, 2000, 4000, 60_000, 60_000,
    ])
    expect(backoffMs(1, 0)).toBe(500)
  })
})
