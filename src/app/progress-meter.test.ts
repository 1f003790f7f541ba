import { describe, expect, it } from 'vitest'
import { ProgressMeter, type ProgressReport } from './progress-meter.ts'

function meterAt(learntSecondsPerUnit: number | null = null) {
  const time = { ms: 0 }
  const reports: ProgressReport[] = []
  const clock = { monotonicMs: () => time.ms }
  const meter = new ProgressMeter(clock, (report) => reports.push(report), learntSecondsPerUnit)
  return { time, reports, meter, last: () => reports.at(-1)! }
}

describe('the progress meter', () => {
  it('reaches the end when saving is done and never runs backwards', () => {
    const { meter, reports } = meterAt()
    meter.report({ stage: 'sampling', done: 90, total: 100 })
    meter.report({ stage: 'analysing', done: 1, total: 2 })
    meter.report({ stage: 'saving', done: 1, total: 1 })
    const fractions = reports.map((report) => report.fraction)
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)
  })

  it('computes the seconds left from the measured speed', () => {
    const { meter, time, last } = meterAt()
    meter.report({ stage: 'sampling', done: 0, total: 300 })
    time.ms = 2000
    meter.report({ stage: 'sampling', done: 100, total: 300 })
    expect(last().etaSeconds).toBeCloseTo(4)
  })

  it('gives no time left before it has measured enough', () => {
    const { meter, time, last } = meterAt()
    meter.report({ stage: 'sampling', done: 0, total: 300 })
    time.ms = 100
    meter.report({ stage: 'sampling', done: 5, total: 300 })
    expect(last().etaSeconds).toBeNull()
  })

  it('uses the speed of earlier renders until a whole window is measured', () => {
    const { meter, time, last } = meterAt(10)
    const report = (done: number) =>
      meter.report({ stage: 'sampling', done, total: 18, window: { number: 1, count: 3 } })
    report(0)
    expect(last().etaSeconds).toBe(180)
    time.ms = 20_000
    report(5)
    expect(last().etaSeconds).toBe(130)
    time.ms = 42_000
    report(6)
    expect(last().etaSeconds).toBeCloseTo(7 * 12)
  })

  it('measures a resumed render from where it resumed', () => {
    const { meter, time, last } = meterAt()
    meter.report({ stage: 'sampling', done: 200, total: 300 })
    time.ms = 2000
    meter.report({ stage: 'sampling', done: 250, total: 300 })
    expect(last().etaSeconds).toBeCloseTo(2)
  })

  it('shows no progress within a stage of unknown size', () => {
    const { meter, last } = meterAt()
    meter.report({ stage: 'fetching_inputs', done: 5000, total: 0 })
    expect(last().fraction).toBe(0)
  })
})
