// The promises to clients of a deployment on Beam, against a real hub. Their base URL is all that changed.
import { createHash } from 'node:crypto'
import type { Task } from '@beamcloud/beam-js'
import type { BeamTask, BeamTaskList, Problem } from '@infinitetalk/contract'
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

let hub: TestHub
/** Accepts and does not work. */
let idle: TestHub
let flat: Record<string, unknown>

beforeAll(async () => {
  hub = await startTestHub()
  idle = await startTestHub({ works: false })
  const { image, audio } = (await tinyRequest()) as Record<string, { base64: string }>
  flat = { image_base64: image?.base64, wav_base64: audio?.base64 }
})
afterAll(async () => {
  await hub.stop()
  await idle.stop()
})

const UNKNOWN = 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'
const WORKSPACE = 'any-workspace'
const isMp4 = (base64: string): boolean =>
  Buffer.from(base64, 'base64').subarray(4, 8).toString() === 'ftyp'

async function open(options: TestHubOptions): Promise<TestHub> {
  const opened = await startTestHub(options)
  onTestFinished(() => opened.stop())
  return opened
}

async function queue(at: TestHub, members: Record<string, unknown> = {}): Promise<string> {
  const response = await at.fetch('/taskqueue/talk', json({ ...flat, ...members }))
  expect(response.status).toBe(200)
  return ((await response.json()) as { task_id: string }).task_id
}

async function taskAt(at: TestHub, id: string): Promise<BeamTask> {
  return (await (await at.fetch(`/v2/task/${id}/`)).json()) as BeamTask
}

async function problemOf(response: Response): Promise<Problem> {
  return (await response.json()) as Problem
}

async function started(at: TestHub): Promise<void> {
  await expect.poll(() => at.events.some(({ type }) => type === 'job.started')).toBe(true)
}

describe('a task queue on Beam', () => {
  it.each([
    '/taskqueue/talk',
    '/taskqueue/talk/latest',
    '/taskqueue/talk/v12',
    '/taskqueue/id/5c1a7c3e-0000-4000-8000-000000000001',
  ])('takes a request at %s and answers with the id of its task', async (path) => {
    const response = await idle.fetch(path, json(flat))
    expect(response.status).toBe(200)
    const { task_id } = (await response.json()) as { task_id: string }
    expect(response.headers.get('x-task-id')).toBe(task_id)
    expect(await taskAt(idle, task_id)).toMatchObject({ id: task_id, status: 'PENDING' })
  })

  it.each(['/taskqueue/talk/v', '/taskqueue/talk/newest', '/endpoint/talk/3'])(
    'has nothing at %s',
    async (path) => {
      const response = await idle.fetch(path, json(flat))
      expect(response.status).toBe(404)
      expect(await problemOf(response)).toMatchObject({ code: 'route_not_found' })
    },
  )

  it.each([
    ['kwargs', (body: unknown) => ({ kwargs: body })],
    ['kwargs beside empty args', (body: unknown) => ({ args: [], kwargs: body })],
    ['kwargs beside no args', (body: unknown) => ({ args: null, kwargs: body })],
    ['args, all in one object', (body: unknown) => ({ args: [body] })],
    ['the envelope of RunPod', (body: unknown) => ({ input: body })],
  ])('takes the request in %s', async (_where, wrap) => {
    const response = await idle.fetch('/taskqueue/talk', json(wrap({ ...flat, seed: 77 })))
    const { task_id } = (await response.json()) as { task_id: string }
    expect((await idle.hub.jobs.get(task_id)).job.input.seed).toBe(77)
  })

  it.each([
    ['no object', [1], 'invalid_request'],
    ['no JSON', 'hello', 'request_malformed'],
    ['args without names', { args: ['a.png', 'b.wav'] }, 'invalid_request'],
    ['args that are no list', { args: {} }, 'invalid_request'],
    ['kwargs that are no object', { kwargs: [] }, 'invalid_request'],
    ['something beside kwargs', { kwargs: {}, seed: 1 }, 'unknown_field'],
    ['a misspelt member', { kwargs: { imge_url: 'https://a.example/a.png' } }, 'unknown_field'],
  ])('refuses %s', async (_what, body, code) => {
    for (const path of ['/taskqueue/talk', '/endpoint/talk']) {
      const response = await idle.fetch(path, json(body))
      const problem = await problemOf(response)
      const codes = [problem.code, ...(problem.errors ?? []).map((one) => one.code)]
      expect(codes).toContain(code)
      expect(problem.error).toMatch(/\w.*\.$/)
    }
  })

  it.each(['bare', 'kwargs', 'beside'])(
    'accepts no callback_url that it cannot sign (%s)',
    async (where) => {
      const callback = { callback_url: 'https://a.example/done' }
      const bodies: Record<string, unknown> = {
        bare: { ...flat, ...callback },
        kwargs: { kwargs: { ...flat, ...callback } },
        beside: { kwargs: flat, ...callback },
      }
      const response = await idle.fetch('/taskqueue/talk', json(bodies[where]))
      expect(response.status).toBe(422)
      expect(await problemOf(response)).toMatchObject({
        code: 'webhook_secret_missing',
      })
    },
  )

  it('makes one task of a request that is sent again with its Idempotency-Key', async () => {
    const request = json(flat, { 'idempotency-key': 'beam-1' })
    const first = await idle.fetch('/taskqueue/talk', request)
    const second = await idle.fetch('/taskqueue/talk', request)
    expect(await second.json()).toEqual(await first.json())
    expect(second.headers.get('idempotent-replayed')).toBe('true')
  })

  it('is full as a queue on Beam is: 429', async () => {
    const small = await open({ works: false, env: { INFINITETALK_LIMIT_QUEUE_MAX_JOBS: '1' } })
    await queue(small)
    const response = await small.fetch('/taskqueue/talk', json(flat))
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('10')
  })

  it('answers a warm-up with whether an engine is ready', async () => {
    for (const path of ['/taskqueue/talk', '/taskqueue/talk/v2', '/endpoint/talk/latest']) {
      const response = await hub.fetch(`${path}/warmup`, { method: 'POST' })
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({})
    }
  })
})

describe('an endpoint on Beam', () => {
  it.each(['/endpoint/talk', '/endpoint/talk/v1', '/endpoint/public/stub'])(
    'answers POST %s with the video, and names its task',
    async (path) => {
      const response = await hub.fetch(path, json({ kwargs: flat }))
      expect(response.status).toBe(200)
      const answer = (await response.json()) as { video: string }
      expect(Object.keys(answer)).toEqual(['video'])
      expect(isMp4(answer.video)).toBe(true)
      const id = response.headers.get('x-task-id') ?? ''
      expect(await taskAt(hub, id)).toMatchObject({ status: 'COMPLETE' })
    },
  )

  it('fails with {"error"} and the true status', async () => {
    const renderer = new ScriptedRenderer()
    const failing = await open({ renderer })
    const answer = failing.fetch('/endpoint/talk', json(flat))
    ;(await renderer.next()).fail(new AppError('no_face_found', 'No face was found.'))
    const response = await answer
    expect(response.status).toBe(422)
    expect(response.headers.get('x-task-id')).toMatch(/^job_/)
    expect(await problemOf(response)).toMatchObject({ error: 'No face was found.' })
  })

  it('cancels the task of a caller that hangs up', async () => {
    const held = await open({ renderer: createHeldRenderer() })
    const caller = new AbortController()
    const answer = held.fetch('/endpoint/talk', { ...json(flat), signal: caller.signal })
    await started(held)
    caller.abort()
    await expect(answer).rejects.toThrow()
    const states = async () =>
      ((await (await held.fetch('/api/v1/task/ws')).json()) as BeamTaskList).data.map(
        ({ status }) => status,
      )
    await expect.poll(states).toEqual(['CANCELLED'])
  })

  it('does not begin work for a GET: a page could be made to ask for it', async () => {
    const response = await hub.fetch('/endpoint/talk')
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })
})

describe('a task', () => {
  it('has its video as an output, by a link that works', async () => {
    const id = await queue(hub)
    await hub.ended(id)
    const task = await taskAt(hub, id)
    expect(task).toMatchObject({
      external_id: id,
      status: 'COMPLETE',
      failure_reason: '',
      started_at: expect.any(String),
      ended_at: expect.any(String),
      outputs: [{ name: `${id}.mp4`, expires_in: 3600 }],
      result: { status: 'success', filename: `${id}.mp4`, seed: expect.any(Number) },
      stub: { type: 'taskqueue/deployment' },
    })
    const [output] = task.outputs
    const video = Buffer.from(await (await fetch(output!.url)).arrayBuffer())
    const { sha256, size_bytes } = task.result as { sha256: string; size_bytes: number }
    expect(createHash('sha256').update(video).digest('hex')).toBe(sha256)
    expect(video).toHaveLength(size_bytes)
  })

  it('is the same with and without the slash, and by any workspace', async () => {
    const id = await queue(idle)
    const paths = [`/v2/task/${id}/`, `/v2/task/${id}`, `/api/v1/task/${WORKSPACE}/${id}`]
    const tasks = await Promise.all(paths.map(async (path) => (await idle.fetch(path)).json()))
    expect(tasks[1]).toEqual(tasks[0])
    expect(tasks[2]).toEqual(tasks[0])
  })

  it.each(['ERROR', 'TIMEOUT'] as const)('that failed says why: %s', async (status) => {
    const renderer = new ScriptedRenderer()
    const failing = await open({ renderer })
    const id = await queue(failing)
    const code = status === 'ERROR' ? 'gpu_out_of_memory' : 'job_timeout'
    ;(await renderer.next()).fail(new AppError(code, 'It was too much.'))
    await failing.ended(id)
    expect(await taskAt(failing, id)).toMatchObject({
      status,
      failure_reason: 'It was too much.',
      outputs: [],
      result: { error: 'It was too much.', code, hint: expect.any(String) },
    })
  })

  it('that nobody took in time is EXPIRED', async () => {
    const id = await queue(idle, { start_within_s: 0.05 })
    await idle.ended(id)
    expect(await taskAt(idle, id)).toMatchObject({ status: 'EXPIRED', started_at: null })
  })

  it('that is not known is 404, with {"error"}', async () => {
    for (const path of [`/v2/task/${UNKNOWN}/`, '/v2/task/nonsense/', '/api/v1/task/ws/x']) {
      const response = await hub.fetch(path)
      expect(response.status).toBe(404)
      expect(await problemOf(response)).toMatchObject({ error: expect.any(String) })
    }
  })
})

describe('the news of a task', () => {
  const statesIn = (text: string): readonly string[] =>
    [...text.matchAll(/^event: status\ndata: (.*)$/gm)].map(
      ([, data]) => (JSON.parse(data!) as BeamTask).status,
    )

  it('are its states as they come, and end with it', async () => {
    const renderer = new ScriptedRenderer()
    const scripted = await open({ renderer })
    const first = await queue(scripted)
    const render = await renderer.next()
    const second = await queue(scripted)
    const response = await scripted.fetch(`/api/v1/task/${WORKSPACE}/${second}/subscribe`)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = (await reader.read()).value ?? ''
    render.succeed()
    ;(await renderer.next()).succeed()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      text += value
    }
    const states = statesIn(text)
    expect(states[0]).toBe('PENDING')
    expect(states.at(-1)).toBe('COMPLETE')
    expect(new Set(states).size).toBe(states.length)
    expect(await taskAt(scripted, first)).toMatchObject({ status: 'COMPLETE' })
  })

  it('of one that has ended are its end alone', async () => {
    const id = await queue(idle)
    await idle.fetch(`/api/v1/task/ws?task_ids=${id}`, { method: 'DELETE' })
    const response = await idle.fetch(`/api/v1/task/ws/${id}/subscribe`)
    expect(statesIn(await response.text())).toEqual(['CANCELLED'])
  })

  it('end quietly when the hub stops', async () => {
    const stopping = await open({ works: false })
    const id = await queue(stopping)
    const text = (await stopping.fetch(`/api/v1/task/ws/${id}/subscribe`)).text()
    await stopping.stop()
    expect(statesIn(await text)).toEqual(['PENDING'])
  })

  it('are for as many readers as all streams together', async () => {
    const small = await open({
      works: false,
      env: { INFINITETALK_LIMIT_STREAM_MAX_CLIENTS: '1' },
    })
    const id = await queue(small)
    const reader = await small.fetch(`/v1/jobs/${id}/events`)
    const refused = await small.fetch(`/api/v1/task/ws/${id}/subscribe`)
    expect(refused.status).toBe(503)
    await reader.body?.cancel()
    const again = async () => {
      const response = await small.fetch(`/api/v1/task/ws/${id}/subscribe`)
      await response.body?.cancel()
      return response.status
    }
    await expect.poll(again).toBe(200)
  })

  it('are not there for a task that is not there', async () => {
    expect((await hub.fetch(`/api/v1/task/ws/${UNKNOWN}/subscribe`)).status).toBe(404)
  })
})

describe('the list of tasks', () => {
  it('is read page by page, newest first, all states or some', async () => {
    const few = await open({ works: false })
    const ids: string[] = []
    for (let count = 0; count < 5; count += 1) ids.unshift(await queue(few))
    const [, canceled = ''] = ids
    await few.fetch('/api/v1/gateway/tasks/stop', json({ task_ids: [canceled] }))
    const read = async (query: string): Promise<BeamTaskList> =>
      (await (await few.fetch(`/api/v1/task/ws?${query}`)).json()) as BeamTaskList
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await read(`limit=2&stub_ids=a,b${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.next
    } while (cursor !== '')
    expect(seen).toEqual(ids)
    const idsOf = ({ data }: BeamTaskList) => data.map(({ id }) => id)
    expect(idsOf(await read('status=CANCELLED'))).toEqual([canceled])
    expect(idsOf(await read('status=pending&limit=1'))).toEqual([ids[0]])
    expect(idsOf(await read('status=CANCELLED,PENDING'))).toEqual(ids)
    expect(idsOf(await read('status=RETRY,RUNNING'))).toEqual([])
  })

  it.each([
    ['limit=0', 'invalid_request'],
    ['limit=101', 'invalid_request'],
    ['status=done', 'invalid_request'],
    ['stauts=PENDING', 'unknown_field'],
    ['cursor=nonsense', 'cursor_invalid'],
    ['auth_token=secret', 'unknown_field'],
  ])('refuses ?%s', async (query, code) => {
    const response = await hub.fetch(`/api/v1/task/ws?${query}`)
    expect(response.status).toBe(422)
    expect(await problemOf(response)).toMatchObject({ code })
  })
})

describe('stopping tasks', () => {
  type Stop = (at: TestHub, ids: readonly string[]) => Promise<Response>
  const ways: [string, Stop][] = [
    [
      'DELETE with a query',
      (at, ids) => at.fetch(`/api/v1/task/ws?task_ids=${ids.join(',')}`, { method: 'DELETE' }),
    ],
    [
      'DELETE with a body',
      (at, ids) => at.fetch('/v2/task/cancel/', { ...json({ task_ids: ids }), method: 'DELETE' }),
    ],
    [
      'DELETE as the client for JavaScript sends it',
      (at, ids) => at.fetch('/api/v1/task/ws', { ...json({ ids }), method: 'DELETE' }),
    ],
    ['the gateway', (at, ids) => at.fetch('/api/v1/gateway/tasks/stop', json({ task_ids: ids }))],
  ]

  it.each(ways)('by %s ends those that wait, and leaves what has ended', async (_how, stop) => {
    const ids = [await queue(idle), await queue(idle)]
    expect((await stop(idle, ids)).status).toBe(200)
    expect((await stop(idle, ids)).status).toBe(200)
    for (const id of ids) expect(await taskAt(idle, id)).toMatchObject({ status: 'CANCELLED' })
  })

  it.each(ways)('by %s ends one that runs', async (_how, stop) => {
    const held = await open({ renderer: createHeldRenderer() })
    const id = await queue(held)
    await started(held)
    await stop(held, [id])
    await held.ended(id)
    expect(await taskAt(held, id)).toMatchObject({ status: 'CANCELLED' })
  })

  it.each(ways)('by %s says which is not known, and stops the others', async (_how, stop) => {
    const id = await queue(idle)
    const response = await stop(idle, [UNKNOWN, id])
    const answer = (await response.json()) as Record<string, unknown>
    if (response.status === 200) expect(answer).toMatchObject({ ok: false })
    else expect(response.status).toBe(404)
    expect(String(answer.errMsg ?? answer.error)).toContain(UNKNOWN)
    expect(await taskAt(idle, id)).toMatchObject({ status: 'CANCELLED' })
  })

  it('refuses to stop nothing', async () => {
    const nothing = [
      await hub.fetch('/api/v1/task/ws', { method: 'DELETE' }),
      await hub.fetch('/api/v1/task/ws?task_ids=,', { method: 'DELETE' }),
      await hub.fetch('/api/v1/gateway/tasks/stop', json({ task_ids: [] })),
      await hub.fetch('/api/v1/gateway/tasks/stop', json({})),
    ]
    expect(nothing.map(({ status }) => status)).toEqual([422, 422, 422, 422])
  })
})

/** Its types describe its CommonJS face. */
interface BeamTasks {
  get(task: { readonly id: string }): Promise<Task>
  list(options: Readonly<Record<string, unknown>>): Promise<readonly Task[]>
}

describe("Beam's own client for JavaScript", () => {
  it('reads, lists and cancels tasks', async () => {
    const { beamOpts } = await import('@beamcloud/beam-js')
    // Only after the package itself: alone it cannot be loaded.
    const module: unknown = await import('@beamcloud/beam-js/lib/resources/task')
    const { default: tasks } = module as { readonly default: BeamTasks }
    Object.assign(beamOpts, { token: 'any', workspaceId: 'infinitetalk', gatewayUrl: idle.url })
    const id = await queue(idle)
    const task = await tasks.get({ id })
    expect(task.data).toMatchObject({ id, status: 'PENDING' })
    const listed = await tasks.list({ limit: 1, stubIds: ['abc'] })
    expect(listed.map(({ data }) => data.id)).toEqual([id])
    await task.cancel()
    expect((await task.refresh()).data.status).toBe('CANCELLED')
    await expect(tasks.get({ id: UNKNOWN })).rejects.toThrow('Task not found')
  })
})

describe("Beam's own client for JavaScript, with a deployment", () => {
  beforeAll(async () => {
    const { beamOpts } = await import('@beamcloud/beam-js')
    // Its connection is made at the first request of all, so an absolute URL leads each call to its hub.
    Object.assign(beamOpts, { token: 'any', workspaceId: 'infinitetalk', gatewayUrl: idle.url })
  })

  it('14.33: submits to a queue that it got by name and by id', async () => {
    const { Deployments, EStubType } = await import('@beamcloud/beam-js')
    const byName = await Deployments.get({ name: 'talk', stubType: EStubType.TaskQueueDeployment })
    const byId = await Deployments.get({ id: byName.data.id })
    for (const deployment of [byName, byId, await byName.refresh()]) {
      const { data } = await deployment.call(flat)
      expect(await taskAt(idle, data.task_id)).toMatchObject({ status: 'PENDING' })
    }
  })

  it('14.33: lists the queue and the endpoint, and finds one by its URL', async () => {
    const { Deployments } = await import('@beamcloud/beam-js')
    const listed = await Deployments.list({})
    expect(listed.map(({ data }) => data.stubType)).toEqual([
      'taskqueue/deployment',
      'endpoint/deployment',
    ])
    const found = await Deployments.get({ url: 'https://talk-7f3a-v2.app.beam.cloud' })
    expect(found.httpUrl()).toBe(`${idle.url}/taskqueue/talk-7f3a/v2`)
    const { data } = await found.call(flat)
    expect(data).toEqual({ task_id: expect.stringMatching(/^job_/) })
  })

  it('14.33: is told that there are no pods and no such deployment', async () => {
    const { Deployments } = await import('@beamcloud/beam-js')
    expect(await Deployments.list({ stubType: 'pod/deployment' })).toEqual([])
    await expect(Deployments.get({ id: 'pod-talk' })).rejects.toThrow('Deployment not found')
  })
})

describe('the URL of a queue in the README of the first service', () => {
  it('14.33: taskqueue/{stub-id}/tasks queues a video', async () => {
    const response = await idle.fetch('/taskqueue/abc123/tasks', json(flat))
    expect(response.status).toBe(200)
    const { task_id } = (await response.json()) as { task_id: string }
    expect(await taskAt(idle, task_id)).toMatchObject({ status: 'PENDING' })
  })
})

describe('the token', () => {
  it('is a key in the header, never in the URL', async () => {
    const locked = await open({
      works: false,
      env: { INFINITETALK_API_KEYS: 'a:key-of-the-tests' },
    })
    const path = '/api/v1/workspace/current'
    const bare = await locked.fetch(path)
    expect(bare.status).toBe(401)
    expect(await problemOf(bare)).toMatchObject({ error: 'No API key was sent.' })
    const inUrl = await locked.fetch(`${path}?auth_token=key-of-the-tests`)
    expect(inUrl.status).toBe(401)
    expect(await problemOf(inUrl)).toMatchObject({ error: expect.stringContaining('header') })
    const headers = { authorization: 'Bearer key-of-the-tests' }
    const response = await locked.fetch(path, { headers })
    expect(await response.json()).toMatchObject({ external_id: 'infinitetalk' })
  })

  it('is not needed for the link to a video', async () => {
    const headers = { authorization: 'Bearer key-of-the-tests' }
    const locked = await open({ env: { INFINITETALK_API_KEYS: 'a:key-of-the-tests' } })
    const queued = await locked.fetch('/taskqueue/talk', json(flat, headers))
    const { task_id } = (await queued.json()) as { task_id: string }
    const wait = { waitMs: 60_000, signal: AbortSignal.timeout(60_000) }
    await locked.hub.jobs.waitForEnd(task_id, wait)
    const response = await locked.fetch(`/v2/task/${task_id}/`, { headers })
    const { outputs } = (await response.json()) as BeamTask
    expect((await fetch(outputs[0]!.url)).status).toBe(200)
  })
})
