import type { JobEventResource } from '@infinitetalk/contract'
import { describe, expect, it, vi } from 'vitest'
import { eventLines, serverSentEvents } from './event-stream.ts'

const JOB_ID = 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'

async function* silence(): AsyncGenerator<JobEventResource> {
  await new Promise(() => {})
}

describe('a stream in which nothing happens', () => {
  it.each([
    [serverSentEvents, [': ping\n\n', ': ping\n\n']],
    [eventLines, ['\n', '\n']],
  ])('is kept alive by pings', async (format, pings) => {
    vi.useFakeTimers()
    const options = { events: silence(), end: async () => null, pingMs: 15_000 }
    const stream = format(options)
    const seen: unknown[] = []
    if (format === serverSentEvents) await stream.next()
    for (const _ of pings) {
      const next = stream.next()
      await vi.advanceTimersByTimeAsync(15_000)
      seen.push((await next).value)
    }
    expect(seen).toEqual(pings)
    vi.useRealTimers()
  })
})

describe('what an event says', () => {
  it('cannot begin another field or another event', async () => {
    const message = 'first\nid: 99\n\nevent: done\ndata: {}\r\r'
    const failed: JobEventResource = {
      job_id: JOB_ID,
      sequence: 1,
      created_at: '2026-11-23T12:00:00.000Z',
      attempt: 1,
      type: 'failed',
      error: { code: 'internal_error', message, hint: '', retryable: true },
    }
    async function* events() {
      yield failed
    }
    const stream = serverSentEvents({ events: events(), end: async () => null, pingMs: 1000 })
    await stream.next()
    const frame = String((await stream.next()).value)
    expect(frame.match(/\r|\n/g)).toHaveLength(4)
    expect(frame).toMatch(/^id: 1\nevent: failed\ndata: .*\n\n$/)
  })
})
