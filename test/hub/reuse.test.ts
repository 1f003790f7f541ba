// `reuse: true`: an identical request of the same key gets the finished video at once, and nobody else's.
import { expect, it } from 'vitest'
import { BODY, base64, createHubBench, type HubBench } from '../support/hub-bench.ts'

const WISH = { ...BODY, reuse: true, prompt: 'Hello' }

async function benchWithVideo(): Promise<{ readonly bench: HubBench; readonly first: string }> {
  const bench = await createHubBench()
  bench.renderer.immediately = true
  const { job } = await bench.submit({ ...BODY, prompt: 'Hello' })
  await bench.ended(job.id)
  return { bench, first: job.id }
}

it('returns the video of an identical request at once, and reports whose it is', async () => {
  const { bench, first } = await benchWithVideo()
  const { job } = await bench.submit({ ...WISH, metadata: { order: '2' }, priority: 'high' })
  expect(job).toMatchObject({
    status: 'succeeded',
    attempt: 0,
    output: { reusedFrom: first },
    input: { metadata: { order: '2' } },
  })
  expect(bench.renderer.renders).toHaveLength(1)
  const types: string[] = []
  const signal = AbortSignal.timeout(60_000)
  for await (const { body } of bench.hub.jobs.events(job.id, 0, signal)) types.push(body.type)
  expect(types).toEqual(['queued', 'succeeded'])
})

it('keeps the video while either job is kept', async () => {
  const { bench, first } = await benchWithVideo()
  const { job } = await bench.submit(WISH)
  await bench.hub.jobs.delete(first)
  const video = await bench.hub.jobs.openVideo(job.id)
  expect(video.bytes).toBeGreaterThan(0)
  const { job: third } = await bench.submit(WISH)
  expect(third.output).toMatchObject({ reusedFrom: first })
})

it.each([
  ['another content', { audio: { base64: base64('another voice') } }],
  ['another parameter', { prompt: 'Goodbye' }],
  ['a seed', { seed: 5 }],
  ['no wish for it', { reuse: false }],
])('renders a request with %s', async (_what, change) => {
  const { bench } = await benchWithVideo()
  const { job } = await bench.submit({ ...WISH, ...change })
  const ended = await bench.ended(job.id)
  expect(ended.job.output).not.toHaveProperty('reusedFrom')
  expect(bench.renderer.renders).toHaveLength(2)
})

it('renders a retry anew', async () => {
  const { bench } = await benchWithVideo()
  const { job } = await bench.submit(WISH)
  const { caller, route, signal } = {
    caller: { ownerKey: 'anonymous', isAdmin: true },
    route: 'retry',
    signal: AbortSignal.timeout(60_000),
  }
  const options = { caller, route, signal, idempotencyKey: null }
  const { view } = await bench.hub.jobs.retry(job.id, { seed: null }, options)
  await bench.ended(view.job.id)
  expect(bench.renderer.renders).toHaveLength(2)
})

it('never crosses keys, not even for an admin', async () => {
  const { bench } = await benchWithVideo()
  for (const isAdmin of [false, true]) {
    const caller = { ownerKey: `other-${isAdmin}`, isAdmin }
    const { job } = await bench.submit(WISH, { caller })
    const ended = await bench.ended(job.id)
    expect(ended.job.output).not.toHaveProperty('reusedFrom')
  }
  expect(bench.renderer.renders).toHaveLength(3)
})
