// The promises to clients of a serverless endpoint of RunPod, against a real hub: by hand, and by RunPod's own SDK, whose base URL
// is all that changed.
import { createHash } from 'node:crypto'
import type { Problem, RunpodJob } from '@infinitetalk/contract'
import runpodSdk from 'runpod-sdk'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { AppError } from '../../src/domain/errors.ts'
import { createHeldRenderer } from '../support/held-renderer.ts'
import { ScriptedRenderer } from '../support/scripted-renderer.ts'
import {
  json,
  startTestHub,
  type TestHub,
  type TestHubOptions,
  tinyRequest,
} from '../support/test-hub.ts'
import { createVideoRenderer } from '../support/video-renderer.ts'

let hub: TestHub
/** Accepts and does not work. */
let idle: TestHub
let input: Record<string, unknown>

beforeAll(async () => {
  hub = await startTestHub()
  idle = await startTestHub({ works: false })
  const { image, audio } = (await tinyRequest()) as Record<string, { base64: string }>
  input = { image_base64: image?.base64, wav_base64: audio?.base64 }
})
afterAll(async () => {
  await hub.stop()
  await idle.stop()
})

const UNKNOWN = 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'
const post = { method: 'POST' }

async function open(options: TestHubOptions): Promise<TestHub> {
  const opened = await startTestHub(options)
  onTestFinished(() => opened.stop())
  return opened
}

async function run(at: TestHub, beside: Record<string, unknown> = {}): Promise<string> {
  const response = await at.fetch('/v2/abc/run', json({ input, ...beside }))
  expect(response.status).toBe(200)
  const { id, ...job } = (await response.json()) as RunpodJob
  expect(job.status).toMatch(/^IN_/)
  return id
}

async function jobAt(at: TestHub, id: string): Promise<RunpodJob> {
  return (await (await at.fetch(`/v2/abc/status/${id}`)).json()) as RunpodJob
}

async function problemOf(response: Response): Promise<Problem> {
  return (await response.json()) as Problem
}

async function started(at: TestHub): Promise<void> {
  await expect.poll(() => at.events.some(({ type }) => type === 'job.started')).toBe(true)
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe("RunPod's own SDK", () => {
  const endpointOf = ({ url }: TestHub) =>
    runpodSdk('key', { baseUrl: `${url}/v2` }).endpoint('abc')!

  it('runs a job and waits for its video', async () => {
    const result = await endpointOf(hub).runSync({ input }, 60_000)
    expect(result).toMatchObject({ status: 'COMPLETED', completed: true, succeeded: true })
    expect(result.executionTime).toBeGreaterThanOrEqual(0)
    const { video, sha256 } = result.output as { video: string; sha256: string }
    expect(sha256Of(Buffer.from(video, 'base64'))).toBe(sha256)
  })

  it('submits a job, asks for it, and waits for it', async () => {
    const renderer = new ScriptedRenderer()
    const endpoint = endpointOf(await open({ renderer }))
    const { id } = await endpoint.run({ input })
    const render = await renderer.next()
    expect(await endpoint.status(id)).toMatchObject({ id, status: 'IN_PROGRESS', completed: false })
    const ended = endpoint.statusSync(id)
    render.succeed('the video')
    expect(await ended).toMatchObject({
      status: 'COMPLETED',
      completed: true,
      output: { video: Buffer.from('the video').toString('base64') },
    })
  })

  it('streams the one output that there is', async () => {
    const renderer = new ScriptedRenderer()
    const endpoint = endpointOf(await open({ renderer }))
    const { id } = await endpoint.run({ input })
    const render = await renderer.next()
    const outputs: unknown[] = []
    const streaming = (async () => {
      for await (const output of endpoint.stream(id)) outputs.push(output)
    })()
    render.succeed()
    await streaming
    expect(outputs).toEqual([{ output: expect.objectContaining({ filename: `${id}.mp4` }) }])
  })

  it('cancels a job that waits and one that runs', async () => {
    const held = await open({ renderer: createHeldRenderer() })
    const endpoint = endpointOf(held)
    const running = await endpoint.run({ input })
    await started(held)
    const waiting = await endpoint.run({ input })
    expect(await endpoint.cancel(waiting.id)).toMatchObject({ status: 'CANCELLED' })
    expect(await endpoint.cancel(running.id)).toMatchObject({ status: 'CANCELLED' })
    expect(await endpoint.status(running.id)).toMatchObject({ completed: true, succeeded: false })
  })

  it('reads health and empties the queue', async () => {
    const held = await open({ renderer: createHeldRenderer() })
    const endpoint = endpointOf(held)
    await endpoint.run({ input })
    await started(held)
    await endpoint.run({ input })
    await endpoint.run({ input })
    expect(await endpoint.health()).toEqual({
      jobs: { completed: 0, failed: 0, inProgress: 1, inQueue: 2, retried: 0 },
      workers: { idle: 0, initializing: 0, ready: 0, running: 1, throttled: 0, unhealthy: 0 },
    })
    expect(await endpoint.purgeQueue()).toEqual({ removed: 2, status: 'completed' })
    expect(await endpoint.health()).toMatchObject({ jobs: { inProgress: 1, inQueue: 0 } })
  })
})

describe('a serverless endpoint', () => {
  it('is there under any id, and without one', async () => {
    for (const prefix of ['/v2/gwp4kx5yd3nur1', '']) {
      const response = await hub.fetch(`${prefix}/run`, json({ input }))
      const { id } = (await response.json()) as RunpodJob
      const ended = await hub.fetch(`${prefix}/status-sync/${id}?wait=60000`)
      expect(await ended.json()).toMatchObject({ id, status: 'COMPLETED' })
      const again = await hub.fetch(`${prefix}/status/${id}?ttl=6000`)
      expect(await again.json()).toMatchObject({ id, status: 'COMPLETED' })
      const stream = await hub.fetch(`${prefix}/stream/${id}`)
      expect(await stream.json()).toMatchObject({ status: 'COMPLETED', stream: [{}] })
      expect((await hub.fetch(`${prefix}/cancel/${id}`, post)).status).toBe(200)
      expect((await hub.fetch(`${prefix}/retry/${id}`, post)).status).toBe(200)
      expect((await hub.fetch(`${prefix}/health`)).status).toBe(200)
      expect((await hub.fetch(`${prefix}/purge-queue`, post)).status).toBe(200)
      expect((await hub.fetch(`${prefix}/runsync`, json({ input }))).status).toBe(200)
    }
  })

  it('leaves /v2/task to Beam', async () => {
    const id = await run(idle)
    expect(await (await idle.fetch(`/v2/task/${id}/`)).json()).toMatchObject({ status: 'PENDING' })
    expect(await (await idle.fetch(`/v2/task/status/${id}`)).json()).toMatchObject({
      status: 'IN_QUEUE',
    })
  })

  it('answers a wait that is over with the job as it is', async () => {
    const response = await idle.fetch('/v2/abc/runsync?wait=1', json({ input }))
    const { id, status } = (await response.json()) as RunpodJob
    expect({ code: response.status, status }).toEqual({ code: 200, status: 'IN_QUEUE' })
    const sync = await idle.fetch(`/v2/abc/status-sync/${id}?wait=1`)
    expect(await sync.json()).toMatchObject({ id, status: 'IN_QUEUE' })
  })

  it('has a link to the video, which is in the answer as long as it is not too large', async () => {
    const large = await open({ renderer: createVideoRenderer(15_000_001) })
    const id = await run(large)
    await large.ended(id)
    const { output } = (await jobAt(large, id)) as { output: Record<string, unknown> }
    expect(output).not.toHaveProperty('video')
    expect(output).toMatchObject({ filename: `${id}.mp4`, size_bytes: 15_000_001 })
    const video = await fetch(String(output.video_url))
    expect(sha256Of(new Uint8Array(await video.arrayBuffer()))).toBe(output.sha256)
  })

  it.each([
    ['no_face_found', 'FAILED'],
    ['job_timeout', 'TIMED_OUT'],
  ] as const)('tells %s as %s, with the reason', async (code, status) => {
    const renderer = new ScriptedRenderer()
    const failing = await open({ renderer })
    const answer = failing.fetch('/runsync', json({ input }))
    ;(await renderer.next()).fail(new AppError(code, 'It is none.'))
    const job = (await (await answer).json()) as RunpodJob
    expect(job).toMatchObject({
      status,
      error: 'It is none.',
      output: { error: 'It is none.', code },
    })
    const stream = await failing.fetch(`/stream/${job.id}`)
    expect(await stream.json()).toEqual({ status, stream: [], error: 'It is none.' })
  })

  it('submits a job that has ended again, as a new one', async () => {
    const id = await run(idle)
    const early = await idle.fetch(`/v2/abc/retry/${id}`, post)
    expect(early.status).toBe(409)
    await idle.fetch(`/v2/abc/cancel/${id}`, post)
    const response = await idle.fetch(`/v2/abc/retry/${id}`, post)
    const again = (await response.json()) as RunpodJob
    expect(again.status).toBe('IN_QUEUE')
    expect((await idle.hub.jobs.get(again.id)).job.retryOf).toBe(id)
  })

  it('leaves a job that has ended as it ended', async () => {
    const id = await run(hub)
    await hub.ended(id)
    const response = await hub.fetch(`/v2/abc/cancel/${id}`, post)
    expect(await response.json()).toMatchObject({ id, status: 'COMPLETED' })
  })

  it('does not know what is not there', async () => {
    const calls: [string, RequestInit][] = [
      ['/v2/abc/status', {}],
      ['/v2/abc/status-sync', {}],
      ['/v2/abc/stream', {}],
      ['/v2/abc/cancel', post],
      ['/v2/abc/retry', post],
    ]
    for (const [path, init] of calls) {
      const response = await hub.fetch(`${path}/${UNKNOWN}`, init)
      expect(response.status).toBe(404)
      expect(await problemOf(response)).toMatchObject({ error: expect.stringContaining(UNKNOWN) })
    }
    expect((await hub.fetch('/v2/abc/walk', post)).status).toBe(404)
    expect((await hub.fetch('/v2/abc/run')).status).toBe(405)
  })
})

describe('the envelope', () => {
  it('has a policy that means the same here', async () => {
    const policy = { ttl: 90_000, lowPriority: true, executionTimeout: 60_000 }
    const { job } = await idle.hub.jobs.get(await run(idle, { policy, webhook: null }))
    expect(job.input).toMatchObject({ priority: 'low', deadlineSeconds: 90 })
    const own = { ...input, deadline_s: 30, priority: 'high' }
    const other = await idle.hub.jobs.get(await run(idle, { input: own, policy }))
    expect(other.job.input).toMatchObject({ priority: 'high', deadlineSeconds: 30 })
  })

  it.each([
    ['nothing in it', {}, 'invalid_request'],
    ['no object', [1], 'invalid_request'],
    ['an input that is no object', { input: 'hello' }, 'invalid_request'],
    ['a member it does not have', { input: {}, inputs: {} }, 'unknown_field'],
    ['a time that is too short', { input: {}, policy: { ttl: 5 } }, 'invalid_request'],
    ['a policy it does not have', { input: {}, policy: { retries: 5 } }, 'unknown_field'],
    ['a misspelt request', { input: { imge_url: 'x' } }, 'unknown_field'],
    ['a webhook that no text names', { input: {}, webhook: 5 }, 'invalid_request'],
    ['another webhook', { input: {}, webhookV2: 'https://a.example' }, 'engine_unsupported'],
    ['a bucket', { input: {}, s3Config: { bucketName: 'a' } }, 'engine_unsupported'],
  ])('is refused with %s', async (_what, body, code) => {
    for (const path of ['/v2/abc/run', '/v2/abc/runsync', '/run']) {
      const response = await idle.fetch(path, json(body))
      expect(response.status).toBe(422)
      const problem = await problemOf(response)
      expect([problem.code, ...(problem.errors ?? []).map((one) => one.code)]).toContain(code)
    }
  })

  it('makes one job of a request that is sent again with its Idempotency-Key', async () => {
    const request = json({ input }, { 'idempotency-key': 'runpod-1' })
    const first = (await (await idle.fetch('/v2/abc/run', request)).json()) as RunpodJob
    const second = await idle.fetch('/v2/abc/run', request)
    expect(((await second.json()) as RunpodJob).id).toBe(first.id)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
  })
})

describe('the key', () => {
  const keys = 'office:the-key-of-the-office,shop:the-key-of-the-shop'

  it('may stand alone in the header, as RunPod shows it, here and nowhere else', async () => {
    const locked = await open({ works: false, env: { INFINITETALK_API_KEYS: keys } })
    const headers = { authorization: 'the-key-of-the-shop' }
    expect((await locked.fetch('/v2/abc/health', { headers })).status).toBe(200)
    expect((await locked.fetch('/v1/jobs', { headers })).status).toBe(401)
    expect((await locked.fetch('/v2/abc/health')).status).toBe(401)
    const wrong = { headers: { authorization: 'another' } }
    expect((await locked.fetch('/v2/abc/health', wrong)).status).toBe(401)
  })

  it('empties the queue of its own jobs alone', async () => {
    const locked = await open({ works: false, env: { INFINITETALK_API_KEYS: keys } })
    const as = (name: string) => ({ authorization: `Bearer the-key-of-the-${name}` })
    const submit = async (name: string) => {
      const response = await locked.fetch('/run', json({ input }, as(name)))
      return ((await response.json()) as RunpodJob).id
    }
    const [office, shop] = [await submit('office'), await submit('shop')]
    const response = await locked.fetch('/purge-queue', { ...post, headers: as('shop') })
    expect(await response.json()).toEqual({ removed: 1, status: 'completed' })
    expect((await locked.hub.jobs.get(office)).job.status).toBe('queued')
    expect((await locked.hub.jobs.get(shop)).job.status).toBe('canceled')
  })
})
