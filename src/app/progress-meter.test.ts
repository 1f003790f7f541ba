import { describe, expect, it } from 'vitest'
import { type ForecastBasis, ProgressMeter, type ProgressReport } from './progress-meter.ts'

function meterAt(basis: ForecastBasis | null = null) {
  const time = { ms: 0 }
  const reports: ProgressReport[] = []
  const clock = { monotonicMs: () => time.ms }
  const meter = new ProgressMeter(clock, (report) => reports.push(report), basis)
  return { time, reports, meter, last: () => reports.at(-1)! }
}

/** One render of 18 units took 10 s for each, and half a minute around them. */
function basisOf(seconds: { readonly before: number; readonly after: number }): ForecastBasis {
  const size = { width: 64, height: 64 }
  const times = { beforeSeconds: seconds.before, samplingSeconds: 180, afterSeconds: seconds.after }
  return { size, units: 18, earlier: [{ size, recent: [{ backend: null, units: 18, ...times }] }] }
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

  it('uses earlier renders until enough windows are measured, each with its silent parts', () => {
    const { meter, time, last } = meterAt(basisOf({ before: 20, after: 10 }))
    meter.report({ stage: 'loading_models', done: 0, total: 0 })
    expect(last().etaSeconds).toBe(20 + 180 + 10)
    const begin = (number: number): void => {
      const done = (number - 1) * 6
      meter.report({ stage: 'sampling', done, total: 60, window: { number, count: 10 } })
    }
    begin(1)
    expect(last().etaSeconds).toBe(600 + 10)
    for (const number of [2, 3, 4]) {
      time.ms += 12_000
      begin(number)
    }
    expect(last().etaSeconds).toBeCloseTo(7 * 12 + 10)
    expect(last().etaRange).toBeNull()
  })

  it('counts down while nothing is reported, and never says that it is over', () => {
    const { meter, time, last } = meterAt(basisOf({ before: 20, after: 10 }))
    meter.report({ stage: 'sampling', done: 18, total: 18 })
    expect(last().etaSeconds).toBe(10)
    meter.report({ stage: 'decoding', done: 0, total: 0 })
    time.ms = 4000
    meter.tick()
    expect(last()).toMatchObject({ stage: 'decoding', etaSeconds: 6 })
    time.ms = 12_000
    meter.tick()
    expect(last().etaSeconds).toBeNull()
  })

  it('tells a range where windows differ', () => {
    const { meter, time, last } = meterAt()
    for (const [index, seconds] of [0, 10, 20, 30, 40].entries()) {
      time.ms += seconds * 1000
      const window = { number: index + 1, count: 10 }
      meter.report({ stage: 'sampling', done: index, total: 10, window })
    }
    expect(last().etaSeconds).toBeCloseTo(6 * 25)
    expect(last().etaRange).toEqual([6 * 17.5, 6 * 32.5])
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
