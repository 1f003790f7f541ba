import { describe, expect, it } from 'vitest'
import { addRecent, type RenderMoment, type RenderTimes, timeLeft, timesAt } from './forecast.ts'

const SIZE = { width: 832, height: 480 }

function render(samplingSeconds: number, backend: string | null = null): RenderTimes {
  return { backend, units: 10, beforeSeconds: 20, samplingSeconds, afterSeconds: 30 }
}

const SAMPLING: RenderMoment = {
  phase: 'sampling',
  seconds: 0,
  unitsLeft: 5,
  ownRates: [],
  isMeasured: false,
}

describe('the time left', () => {
  it('counts what comes before and after the sampling, which reports nothing', () => {
    const earlier = [render(100), render(100), render(100)]
    const begun: RenderMoment = { ...SAMPLING, phase: 'before', seconds: 5, unitsLeft: 10 }
    expect(timeLeft(begun, earlier)).toEqual({ seconds: 15 + 100 + 30, range: null })
    expect(timeLeft(SAMPLING, earlier)).toEqual({ seconds: 50 + 30, range: null })
    const ended: RenderMoment = { ...SAMPLING, phase: 'after', seconds: 9 }
    expect(timeLeft(ended, earlier)).toEqual({ seconds: 21, range: null })
  })

  it('is a range where earlier renders differ', () => {
    const left = timeLeft(SAMPLING, [render(100), render(200), render(300)])
    expect(left?.seconds).toBe(5 * 20 + 30)
    expect(left?.range).toEqual([5 * 15 + 30, 5 * 25 + 30])
  })

  it('follows from the windows of this render once there are enough', () => {
    const own = { ...SAMPLING, ownRates: [3, 3, 3], isMeasured: true }
    expect(timeLeft(own, [render(1000)])).toEqual({ seconds: 15 + 30, range: null })
  })

  it('passes while nothing is reported', () => {
    expect(timeLeft({ ...SAMPLING, seconds: 40 }, [render(100)])?.seconds).toBe(40)
    expect(timeLeft({ ...SAMPLING, seconds: 70 }, [render(100)])?.seconds).toBe(30)
  })

  it('is never said to be over before the end', () => {
    const after: RenderMoment = { ...SAMPLING, phase: 'after', seconds: 31 }
    expect(timeLeft(after, [render(100)])).toBeNull()
    expect(timeLeft(after, [])).toBeNull()
    const last = { ...SAMPLING, unitsLeft: 0, ownRates: [3], isMeasured: true }
    expect(timeLeft(last, [])).toBeNull()
  })

  it('is not known before anything was measured', () => {
    expect(timeLeft(SAMPLING, [])).toBeNull()
    expect(timeLeft({ ...SAMPLING, phase: 'before' }, [])).toBeNull()
  })
})

describe('earlier renders', () => {
  it('are those of the same machine, where it had any', () => {
    const all = [{ size: SIZE, recent: [render(100, 'a'), render(300, 'b')] }]
    expect(timesAt(SIZE, 'b', all)).toEqual([render(300, 'b')])
    expect(timesAt(SIZE, 'c', all)).toHaveLength(2)
  })

  it('are of the nearest size, their sampling scaled by the pixels', () => {
    const all = [
      { size: SIZE, recent: [render(100)] },
      { size: { width: 64, height: 64 }, recent: [render(1)] },
      { size: { width: 1664, height: 960 }, recent: [] },
    ]
    expect(timesAt({ width: 1664, height: 960 }, null, all)).toEqual([render(400)])
    expect(timesAt(SIZE, null, [])).toEqual([])
  })

  it('are the newest of many', () => {
    let recent: readonly RenderTimes[] = []
    for (let n = 1; n <= 40; n += 1) recent = addRecent(recent, render(n))
    expect(recent).toHaveLength(16)
    expect(recent.at(-1)?.samplingSeconds).toBe(40)
  })
})
