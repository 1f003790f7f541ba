// A deadline ends what it bounds, and leaves nothing at the signal that it follows.
import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { Deadline } from './deadline.ts'

const HOUR_MS = 3_600_000

it('is aborted as the signal that it follows', () => {
  const outer = new AbortController()
  using deadline = new Deadline(HOUR_MS, outer.signal)
  expect(deadline.signal.aborted).toBe(false)
  const reason = new Error('enough')
  outer.abort(reason)
  expect(deadline.signal.reason).toBe(reason)
})

it('of a signal that is aborted already is aborted', () => {
  const reason = new Error('too late')
  using deadline = new Deadline(null, AbortSignal.abort(reason))
  expect(deadline.signal.reason).toBe(reason)
})

it('is aborted with a TimeoutError when its time is over', async () => {
  using deadline = new Deadline(1)
  await expect.poll(() => deadline.signal.reason).toMatchObject({ name: 'TimeoutError' })
})

it('leaves no listener behind', () => {
  const { signal } = new AbortController()
  {
    using deadline = new Deadline(HOUR_MS, signal)
    expect(deadline.signal.aborted).toBe(false)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})
