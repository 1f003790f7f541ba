import { describe, expect, it } from 'vitest'
import { ProgressMeter, type ProgressReport } from './progress-meter.ts'

function meterAt() {
  const time = { ms: 0 }
  const reports: ProgressReport[] = []
  const meter = new ProgressMeter({ monotonicMs: () => time.ms }, (report) => reports.push(report))
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

  it('tells the seconds left from the speed it measured', () => {
    const { meter, time, last } = meterAt()
    meter.report({ stage: 'sampling', done: 0, total: 300 })
    time.ms = 2000
    meter.report({ stage: 'sampling', done: 100, total: 300 })
    expect(last().etaSeconds).toBeCloseTo(4)
  })

  it('says nothing about the time left before it has measured enough', () => {
    const { meter, time, last } = meterAt()
    meter.report({ stage: 'sampling', done: 0, total: 300 })
    time.ms = 100
    meter.report({ stage: 'sampling', done: 5, total: 300 })
    expect(last().etaSeconds).toBeNull()
  })

  it('shows no progress within a stage whose size is not known', () => {
    const { meter, last } = meterAt()
    meter.report({ stage: 'fetching_inputs', done: 5000, total: 0 })
    expect(last().fraction).toBe(0)
  })
})
