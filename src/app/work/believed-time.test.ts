import { expect, it } from 'vitest'
import { BelievedTime } from './believed-time.ts'

it('is a whole number of milliseconds while it does not follow the clock: PostgreSQL compares it with whole ones', () => {
  const clock = { monotonicMs: () => 1234.567, epochMs: () => 1_000_000 }
  const start = { monotonicMs: () => 0.25, epochMs: clock.epochMs }
  const clocks = { now: start }
  const time = new BelievedTime(
    { monotonicMs: () => clocks.now.monotonicMs(), epochMs: () => clocks.now.epochMs() },
    500_000,
  )
  clocks.now = clock
  expect(time.nowMs()).toBe(501_234)
})
