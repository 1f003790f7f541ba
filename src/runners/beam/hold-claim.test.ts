import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type ClaimOptions, holdClaim } from './hold-claim.ts'
import type { MonitorResponse } from './queue-messages.ts'

const ALIVE: MonitorResponse = { ok: true, cancelled: false, complete: false, timedOut: false }

/** A gateway whose first stream says one thing and then nothing, on a connection that stands. */
function fallsSilent(
  next: MonitorResponse,
  onStream: () => unknown = () => {},
): ClaimOptions['client'] {
  let streams = 0
  return {
    async monitor(_taskId, onNews, signal) {
      streams += 1
      onStream()
      onNews(streams === 1 ? ALIVE : next)
      if (!signal.aborted) await once(signal, 'abort')
    },
  }
}

describe('a claim', () => {
  it('hears of a cancellation though its stream fell silent', async () => {
    const troubles: string[] = []
    const client = fallsSilent({ ...ALIVE, cancelled: true })
    const onTrouble = (sentence: string): void => void troubles.push(sentence)
    await using claim = holdClaim({ client, taskId: 'task', silenceMs: 20, onTrouble })
    if (!claim.signal.aborted) await once(claim.signal, 'abort')
    expect(claim.signal.reason).toMatchObject({ code: 'job_canceled' })
    expect(troubles).toEqual([expect.stringContaining('no news for 0.02 s')])
  })

  it('is confirmed only by a stream that speaks', async () => {
    const order: string[] = []
    const silent: PromiseWithResolvers<void> = Promise.withResolvers()
    const client = fallsSilent(ALIVE, () => order.push('news'))
    const onTrouble = (): void => {
      order.push('silence')
      silent.resolve()
    }
    await using claim = holdClaim({ client, taskId: 'task', silenceMs: 200, onTrouble })
    await silent.promise
    await claim.confirm(AbortSignal.timeout(5000))
    expect(order).toEqual(['news', 'silence', 'news'])
    expect(claim.signal.aborted).toBe(false)
  })

  it('is not confirmed by old news to a process that stood still', async () => {
    const order: string[] = []
    const client = fallsSilent(ALIVE, () => order.push('news'))
    await using claim = holdClaim({ client, taskId: 'task', silenceMs: 50, onTrouble: () => {} })
    for (const until = performance.now() + 100; performance.now() < until; );
    await claim.confirm(AbortSignal.timeout(5000))
    order.push('confirmed')
    expect(order).toEqual(['news', 'news', 'confirmed'])
  })
})
