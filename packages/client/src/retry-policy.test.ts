import { describe, expect, it } from 'vitest'
import { ApiError, ConnectionError, InfiniteTalkError } from './errors.ts'
import { backOffMs, readRetryAfterMs, retryDelayMs } from './retry-policy.ts'

const policy = { maxRetries: 2, firstDelayMs: 100, random: () => 0.5 }
const answered = (status: number, more = {}): ApiError => new ApiError('no', { status, ...more })

describe('retryDelayMs', () => {
  it.each([408, 429, 500, 502, 503, 504])('repeats a repeatable call after %i', (status) => {
    expect(retryDelayMs(policy, answered(status), 0, true)).toBe(75)
  })

  it.each([400, 401, 404, 409, 413, 422, 501, 507])('never repeats after %i', (status) => {
    expect(retryDelayMs(policy, answered(status), 0, true)).toBeNull()
  })

  it('repeats any other call only where the hub says that nothing was begun', () => {
    const statuses = [408, 429, 500, 502, 503, 504]
    const repeated = statuses.filter(
      (status) => retryDelayMs(policy, answered(status), 0, false) !== null,
    )
    expect(repeated).toEqual([429, 503])
    expect(retryDelayMs(policy, new ConnectionError('cut'), 0, false)).toBeNull()
    expect(retryDelayMs(policy, new ConnectionError('cut'), 0, true)).not.toBeNull()
  })

  it('believes a hub that says that trying again is no use', () => {
    const problem = { retryable: false } as never
    expect(retryDelayMs(policy, answered(500, { problem }), 0, true)).toBeNull()
  })

  it('waits as long as it is asked to, and not at all for more than a minute', () => {
    expect(retryDelayMs(policy, answered(429, { retryAfterMs: 7000 }), 0, false)).toBe(7050)
    expect(retryDelayMs(policy, answered(429, { retryAfterMs: 61_000 }), 0, false)).toBeNull()
  })

  it('gives up after so many', () => {
    expect(retryDelayMs(policy, answered(503), 1, true)).not.toBeNull()
    expect(retryDelayMs(policy, answered(503), 2, true)).toBeNull()
    expect(retryDelayMs(policy, new InfiniteTalkError('bug'), 0, true)).toBeNull()
  })
})

describe('backOffMs', () => {
  it('doubles up to 8 s, half of it by chance', () => {
    const lowest = [0, 1, 2, 9].map((retries) => backOffMs({ ...policy, random: () => 0 }, retries))
    const highest = [0, 1, 2, 9].map((retries) =>
      backOffMs({ ...policy, random: () => 1 }, retries),
    )
    expect(lowest).toEqual([50, 100, 200, 4000])
    expect(highest).toEqual([100, 200, 400, 8000])
  })
})

describe('readRetryAfterMs', () => {
  const nowMs = Date.parse('Wed, 21 Oct 2015 07:28:00 GMT')
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2015 07:27:00 GMT', 0],
    ['-1', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
    [null, null],
  ])('reads %j as %j', (header, expected) => {
    expect(readRetryAfterMs(header, nowMs)).toBe(expected)
  })
})
