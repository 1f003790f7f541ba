// Webhooks of a hub with a clock that the test moves: the schedule of attempts, and what ends them.
import { Webhook } from 'standardwebhooks'
import { expect, it, vi } from 'vitest'
import { WAITS_MS } from '../../src/domain/delivery.ts'
import {
  BODY,
  createHubBench,
  type HubBench,
  type HubBenchOptions,
  SUBMIT,
} from '../support/hub-bench.ts'
import { describePostgres } from '../support/postgres-server.ts'
import { createTestFolder } from '../support/test-folder.ts'
import {
  SECOND_SECRET,
  SECRET,
  startReceiver,
  type WebhookReceiver,
} from '../support/webhook-receiver.ts'

const PATIENCE = { timeout: 60_000, interval: 20 }

async function benchFor(
  receiver: WebhookReceiver,
  options: HubBenchOptions = {},
): Promise<HubBench> {
  const bench = await createHubBench({
    webhookSecrets: [SECRET],
    fetch: { extraPorts: [receiver.port], allowPrivateAddresses: ['127.0.0.1/32'] },
    ...options,
  })
  bench.renderer.immediately = true
  return bench
}

async function endedJob(bench: HubBench, url: string, events?: readonly string[]): Promise<string> {
  const { job } = await bench.submit({ ...BODY, webhook: { url, events } })
  await bench.ended(job.id)
  return job.id
}

async function deliveryOf(bench: HubBench, jobId: string) {
  const [delivery] = await bench.hub.webhooks.ofJob(jobId)
  return delivery!
}

function settled(bench: HubBench, jobId: string, status: string): Promise<void> {
  return vi.waitFor(
    async () => expect((await deliveryOf(bench, jobId)).status).toBe(status),
    PATIENCE,
  )
}

it('reports the end of a job, signed by every secret as the specification says', async () => {
  const receiver = await startReceiver()
  const bench = await benchFor(receiver, { webhookSecrets: [SECOND_SECRET, SECRET] })
  const jobId = await endedJob(bench, receiver.url)
  await receiver.attempts(1)
  const [event] = receiver.received
  const headers = event!.headers as Record<string, string>
  for (const secret of [SECRET, SECOND_SECRET]) {
    expect(new Webhook(secret).verify(event!.body, headers)).toMatchObject({
      type: 'job.succeeded',
      data: { id: jobId, status: 'succeeded' },
    })
  }
  const stranger = new Webhook('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
  expect(() => stranger.verify(event!.body, headers)).toThrow()
  await settled(bench, jobId, 'delivered')
  expect((await deliveryOf(bench, jobId)).id).toBe(event!.id)
})

it('delivers every event at least once, with one id, to a receiver that fails for hours', async () => {
  const receiver = await startReceiver()
  receiver.answer = () => ({ status: 500 })
  const bench = await benchFor(receiver)
  const jobs: string[] = []
  for (let count = 0; count < 2; count += 1) jobs.push(await endedJob(bench, receiver.url))
  await receiver.attempts(2)
  // Each attempt but the last one fails; the clock is moved to the next.
  for (let attempt = 1; attempt < WAITS_MS.length; attempt += 1) {
    const pending = await vi.waitFor(async () => {
      const all = await Promise.all(jobs.map((id) => deliveryOf(bench, id)))
      for (const delivery of all) expect(delivery.failures).toBe(attempt)
      return all
    }, PATIENCE)
    const now = bench.ports.clock.epochMs()
    const waits = pending.map(({ nextAtMs }) => nextAtMs! - now)
    const wait = WAITS_MS[attempt]!
    // Never early; the second that the test itself may have taken counts in its favour.
    for (const one of waits) expect(one).toBeLessThanOrEqual(wait * 1.2)
    if (attempt === WAITS_MS.length - 1) receiver.answer = () => ({ status: 204 })
    bench.wallClock.offsetMs += Math.max(...waits) + 1000
    await receiver.attempts(2 * (attempt + 1))
  }
  for (const id of jobs) await settled(bench, id, 'delivered')
  const ids = receiver.received.map(({ id }) => id)
  expect(new Set(ids).size).toBe(2)
  for (const id of new Set(ids)) {
    expect(ids.filter((one) => one === id)).toHaveLength(WAITS_MS.length)
  }
  expect(receiver.accepted.size).toBe(2)
})

it('gives up after the last attempt, and starts anew when told to', async () => {
  const receiver = await startReceiver()
  receiver.answer = () => ({ status: 503 })
  const bench = await benchFor(receiver)
  const jobId = await endedJob(bench, receiver.url)
  for (let attempt = 1; attempt <= WAITS_MS.length; attempt += 1) {
    await receiver.attempts(attempt)
    await vi.waitFor(
      async () => expect((await deliveryOf(bench, jobId)).failures).toBe(attempt),
      PATIENCE,
    )
    bench.wallClock.offsetMs += 30 * 3_600_000
  }
  await settled(bench, jobId, 'failed')
  receiver.answer = () => ({ status: 204 })
  const { id } = await deliveryOf(bench, jobId)
  await bench.hub.webhooks.redeliver(id)
  await settled(bench, jobId, 'delivered')
  expect(receiver.received.at(-1)!.id).toBe(id)
  expect((await deliveryOf(bench, jobId)).attempts).toHaveLength(WAITS_MS.length + 1)
})

it('waits as long as Retry-After says', async () => {
  const receiver = await startReceiver()
  receiver.answer = () => ({ status: 429, headers: { 'retry-after': '3600' } })
  const bench = await benchFor(receiver)
  const jobId = await endedJob(bench, receiver.url)
  await vi.waitFor(async () => expect((await deliveryOf(bench, jobId)).failures).toBe(1), PATIENCE)
  const { nextAtMs, attempts } = await deliveryOf(bench, jobId)
  expect(nextAtMs! - attempts[0]!.atMs).toBeGreaterThanOrEqual(3_600_000)
})

it('stops at 410, refuses later jobs with this webhook, and resumes after a redelivery', async () => {
  const receiver = await startReceiver()
  receiver.answer = () => ({ status: 410 })
  const bench = await benchFor(receiver)
  const jobId = await endedJob(bench, receiver.url)
  await settled(bench, jobId, 'disabled')
  await expect(endedJob(bench, receiver.url)).rejects.toMatchObject({ code: 'webhook_disabled' })
  // A job that was accepted before, here by a retry: its event is kept and not sent.
  const retried = await bench.hub.jobs.retry(jobId, { seed: null }, SUBMIT)
  await bench.ended(retried.view.job.id)
  expect(await deliveryOf(bench, retried.view.job.id)).toMatchObject({
    status: 'disabled',
    attempts: [],
  })
  const other = { caller: { ownerKey: 'other', isAdmin: false } }
  await bench.submit({ ...BODY, webhook: { url: receiver.url } }, other)
  receiver.answer = () => ({ status: 204 })
  await bench.hub.webhooks.redeliver((await deliveryOf(bench, jobId)).id)
  await settled(bench, jobId, 'delivered')
  await endedJob(bench, receiver.url)
})

it('follows no redirect', async () => {
  const receiver = await startReceiver()
  receiver.answer = () => ({ status: 307, headers: { location: receiver.url } })
  const bench = await benchFor(receiver)
  const jobId = await endedJob(bench, receiver.url)
  await vi.waitFor(async () => expect((await deliveryOf(bench, jobId)).failures).toBe(1), PATIENCE)
  expect(receiver.received).toHaveLength(1)
  expect((await deliveryOf(bench, jobId)).attempts[0]).toMatchObject({ status: 307 })
})

it('reports only the events that were asked for', async () => {
  const receiver = await startReceiver()
  const bench = await benchFor(receiver)
  const silent = await endedJob(bench, receiver.url, ['job.failed', 'job.canceled'])
  await endedJob(bench, receiver.url, ['job.succeeded'])
  await receiver.attempts(1)
  expect(await bench.hub.webhooks.ofJob(silent)).toEqual([])
})

it('accepts no webhook that it could not sign, or may never call', async () => {
  const receiver = await startReceiver()
  const unsigned = await benchFor(receiver, { webhookSecrets: [] })
  await expect(endedJob(unsigned, receiver.url)).rejects.toMatchObject({
    code: 'webhook_secret_missing',
    pointer: '/webhook',
  })
  const bench = await benchFor(receiver)
  await expect(endedJob(bench, 'http://10.0.0.1/')).rejects.toMatchObject({
    code: 'url_forbidden_address',
    pointer: '/webhook/url',
  })
})

it('accepts no more webhooks of a caller whose events pile up', async () => {
  const receiver = await startReceiver()
  receiver.answer = () => ({ status: 500 })
  const bench = await benchFor(receiver, { limits: { webhookMaxPending: 2 } })
  await endedJob(bench, receiver.url)
  await endedJob(bench, receiver.url)
  await expect(endedJob(bench, receiver.url)).rejects.toMatchObject({ code: 'webhooks_backed_up' })
})

it('sends again, after its start, what the last hub had begun to send', async () => {
  const receiver = await startReceiver()
  receiver.answer = () => 'silence'
  const first = await benchFor(receiver)
  const jobId = await endedJob(first, receiver.url)
  await receiver.attempts(1)
  expect((await deliveryOf(first, jobId)).nextAtMs).toBeGreaterThan(first.ports.clock.epochMs())
  await first.close()
  receiver.answer = () => ({ status: 204 })
  const second = await benchFor(receiver, { folder: first.folder })
  await settled(second, jobId, 'delivered')
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1)
})

describePostgres('hubs on one database', (server) => {
  it('leave alone what a living one sends, also when they start', async () => {
    const receiver = await startReceiver()
    receiver.answer = () => 'silence'
    const shared = { databaseUrl: await server.createDatabase(), folder: await createTestFolder() }
    const sending = await benchFor(receiver, shared)
    const jobId = await endedJob(sending, receiver.url)
    await receiver.attempts(1)
    const starting = await benchFor(receiver, shared)
    // Its first turn, and the sweep of its start, are over.
    await endedJob(starting, receiver.url)
    await receiver.attempts(2)
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(2)
    const { nextAtMs, attempts } = await deliveryOf(starting, jobId)
    expect(attempts).toEqual([])
    expect(nextAtMs).toBeGreaterThan(starting.ports.clock.epochMs())
  })
})
