import { describe, expect, it } from 'vitest'
import { FOLLOW_TIMES } from './follow-times.ts'
import { type Observation, StallWatch } from './stall-watch.ts'

const SILENT: Observation = { isRunning: true, canHear: true, signs: 0, stage: 'sampling', done: 1 }

/** Looks every ten seconds. @returns seconds until the verdict, or null when it does not come within an hour */
function secondsUntil(
  verdict: 'doubt' | 'stalled',
  observe: (second: number) => Partial<Observation>,
  windowMs = 0,
): number | null {
  let second = 0
  const watch = new StallWatch({ windowMs, times: FOLLOW_TIMES, nowMs: () => second * 1000 })
  for (second = 10; second <= 3600; second += 10) {
    if (watch.observe({ ...SILENT, ...observe(second) }) === verdict) return second
  }
  return null
}

describe('a watch for stalls', () => {
  it('14: doubts the socket once in each silence', () => {
    let second = 0
    const watch = new StallWatch({ windowMs: 0, times: FOLLOW_TIMES, nowMs: () => second * 1000 })
    const doubts: number[] = []
    for (second = 10; second <= 590; second += 10) {
      const signs = second <= 290 ? 0 : 1
      if (watch.observe({ ...SILENT, signs }) === 'doubt') doubts.push(second)
    }
    expect(doubts).toEqual([150, 450])
  })

  it('bears five minutes of silence, and doubts the socket halfway', () => {
    expect(secondsUntil('stalled', () => ({}))).toBe(300)
    expect(secondsUntil('doubt', () => ({}))).toBe(150)
  })

  it('bears as much as five slow windows take', () => {
    expect(secondsUntil('stalled', () => ({}), 120_000)).toBe(600)
  })

  it.each([
    ['models are loaded', { stage: 'loading_models' }],
    ['a node analyses the inputs with a model that it loads first', { stage: 'analysing' }],
    ['the first window is encoded', { stage: 'sampling', done: 0 }],
  ] as const)('14.28: bears a quarter of an hour while %s', (_, observation) => {
    expect(secondsUntil('stalled', () => observation)).toBe(900)
  })

  it('begins anew with every sign of life', () => {
    expect(secondsUntil('stalled', (second) => ({ signs: Math.floor(second / 290) }))).toBeNull()
  })

  it('does not count the time in the queue behind others', () => {
    expect(secondsUntil('stalled', (second) => ({ isRunning: second > 1000 }))).toBe(1300)
  })

  it('does not count the time in which nothing can be heard', () => {
    expect(secondsUntil('stalled', () => ({ canHear: false }))).toBeNull()
    expect(secondsUntil('stalled', (second) => ({ canHear: second % 20 === 0 }))).toBe(600)
  })
})
