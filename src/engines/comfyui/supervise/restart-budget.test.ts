import { expect, it } from 'vitest'
import { RestartBudget } from './restart-budget.ts'

const MINUTE_MS = 60_000

it('a first start waits for nothing, later ones longer each time', () => {
  const budget = new RestartBudget()
  expect(budget.delayMs(0, 1)).toBe(0)
  const delays = [0, 0, 0].map(() => {
    budget.recordEnding(0)
    return budget.delayMs(0, 1)
  })
  expect(delays).toEqual([1000, 2000, 4000])
})

it('a wait that has passed is not waited for again', () => {
  const budget = new RestartBudget()
  budget.recordEnding(0)
  expect(budget.delayMs(600, 1)).toBe(400)
  expect(budget.delayMs(5000, 1)).toBe(0)
})

it('five endings within ten minutes are enough, until the first of them is ten minutes ago', () => {
  const budget = new RestartBudget()
  for (const minute of [0, 1, 2, 3]) budget.recordEnding(minute * MINUTE_MS)
  expect(budget.refusal(4 * MINUTE_MS)).toBeNull()
  budget.recordEnding(4 * MINUTE_MS)
  expect(budget.refusal(4 * MINUTE_MS)).toContain('in 360 s')
  expect(budget.refusal(10 * MINUTE_MS)).toBeNull()
})

it('endings that are far apart are never too many', () => {
  const budget = new RestartBudget()
  for (let hour = 0; hour < 100; hour += 1) {
    budget.recordEnding(hour * 60 * MINUTE_MS)
    expect(budget.refusal(hour * 60 * MINUTE_MS)).toBeNull()
    expect(budget.delayMs(hour * 60 * MINUTE_MS, 1)).toBe(1000)
  }
})
