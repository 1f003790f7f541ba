// The operations on jobs, on a real hub.
import type { JobList, JobResource, Problem } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHeldRenderer } from '../support/held-renderer.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

const post = (headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers,
})

let hub: TestHub
/** Accepts and never renders: what waits in it waits for ever. */
let idle: TestHub

beforeAll(async () => {
  hub = await startTestHub()
  idle = await startTestHub({ works: false })
})
afterAll(async () => {
  await hub.stop()
  await idle.stop()
})

describe('a job over HTTP', () => {
  it('is accepted, with its address and when to look again', async () => {
    const response = await idle.fetch('/v1/jobs', json(await tinyRequest()))
    expect(response.status).toBe(202)
    const job = (await response.json()) as JobResource
    expect(response.headers.get('location')).toBe(`${idle.url}/v1/jobs/${job.id}`)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(response.headers.get('preference-applied')).toBeNull()
    expect(job).toMatchObject({ status: 'queued', queue_position: 1 })
    expect(job.urls.self).toBe(`${idle.url}/v1/jobs/${job.id}`)
    expect(JSON.stringify(job.input)).not.toContain('base64')
  })

  it('comes back ended when the caller waits for it', async () => {
    const response = await hub.fetch('/v1/jobs', json(await tinyRequest(), { prefer: 'wait=30' }))
    expect(response.status).toBe(200)
    expect(response.headers.get('preference-applied')).toBe('wait=30')
    expect(await response.json()).toMatchObject({ status: 'succeeded', progress: 1 })
  })

  it.each([
    ['wait=0', 'wait=0'],
    ['respond-async', 'respond-async'],
    ['wait=abc', null],
  ])('fault 121: with "Prefer: %s" is not waited for', async (prefer, applied) => {
    const response = await idle.fetch('/v1/jobs', json(await tinyRequest(), { prefer }))
    expect(response.status).toBe(202)
    expect(response.headers.get('preference-applied')).toBe(applied)
  })

  it('fault 121: goes on when the caller who waits hangs up', async () => {
    await using held = await startTestHub({ renderer: createHeldRenderer() })
    const caller = new AbortController()
    const request = json(await tinyRequest(), { prefer: 'wait=60' })
    const answer = held.fetch('/v1/jobs', { ...request, signal: caller.signal })
    await expect.poll(() => held.events.some(({ type }) => type === 'job.started')).toBe(true)
    caller.abort()
    await expect(answer).rejects.toThrow()
    await expect.poll(() => held.events.some(({ type }) => type === 'http.answered')).toBe(true)
    const { data } = (await (await held.fetch('/v1/jobs')).json()) as JobList
    expect(data).toEqual([
      expect.objectContaining({ status: 'running', cancel_requested_at: null }),
    ])
  })

  it('is refused with every problem and its place', async () => {
    const body = { imge: { url: 'https://a.example/a.png' }, audio: { url: 'x' }, width: 'wide' }
    const response = await hub.fetch('/v1/jobs', json(body, { 'x-request-id': 'mine-1' }))
    expect(response.status).toBe(422)
    expect(response.headers.get('x-request-id')).toBe('mine-1')
    const problem = (await response.json()) as Problem
    expect(problem).toMatchObject({ instance: '/v1/jobs', request_id: 'mine-1', status: 422 })
    expect(problem.error).toBe(problem.detail)
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/imge', '/width']),
    )
  })

  it('has an id of its own for each request when the caller sends none, or nonsense', async () => {
    const ids = new Set<string | null>()
    for (const header of ['', 'a b', 'x'.repeat(65)]) {
      const init = header === '' ? {} : { headers: { 'x-request-id': header } }
      ids.add((await hub.fetch('/livez', init)).headers.get('x-request-id'))
    }
    expect(ids.size).toBe(3)
  })

  it('is one job for one Idempotency-Key, whoever asks a second time', async () => {
    const body = await tinyRequest()
    const first = await idle.fetch('/v1/jobs', json(body, { 'idempotency-key': 'order-1' }))
    const second = await idle.fetch('/v1/jobs', json(body, { 'idempotency-key': 'order-1' }))
    const other = json({ ...body, seed: 1 }, { 'idempotency-key': 'order-1' })
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    const id = ((await first.json()) as JobResource).id
    expect(await second.json()).toMatchObject({ id })
    const refused = await idle.fetch('/v1/jobs', other)
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ code: 'idempotency_key_reused' })
  })

  it('fault 117: is one job for a hundred requests with one key at once', async () => {
    const request = json(await tinyRequest(), { 'idempotency-key': 'order-100' })
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => idle.fetch('/v1/jobs', request)),
    )
    const bodies = await Promise.all(answers.map((answer) => answer.json()))
    const ids = new Set<string>()
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 202) ids.add((bodies[index] as JobResource).id)
      else {
        expect(bodies[index]).toMatchObject({ code: 'idempotency_in_flight' })
        expect(answer.headers.get('retry-after')).toBe('1')
      }
    }
    expect(ids.size).toBe(1)
    const again = await idle.fetch('/v1/jobs', request)
    expect(ids).toContain(((await again.json()) as JobResource).id)
  })
})

describe('the list of jobs', () => {
  it('is read page by page, newest first, nothing twice and nothing left out', async () => {
    await using few = await startTestHub({ works: false })
    const ids: string[] = []
    for (let count = 0; count < 5; count += 1) ids.unshift(await few.submit())
    const seen: string[] = []
    let next: string | null = '/v1/jobs?limit=2&status=queued'
    while (next !== null) {
      const response: Response = await few.fetch(next)
      const page = (await response.json()) as JobList
      seen.push(...page.data.map(({ id }) => id))
      const [, link] = /^<(.*)>; rel="next"$/.exec(response.headers.get('link') ?? '') ?? []
      next = link === undefined ? null : link.slice(few.url.length)
      expect(page.has_more).toBe(next !== null)
    }
    expect(seen).toEqual(ids)
    const named = await few.submit({ prompt: 'Hello there' })
    const search = await few.fetch('/v1/jobs?search=hello&limit=1')
    expect(await search.json()).toMatchObject({ data: [{ id: named }], has_more: false })
    const none = await few.fetch('/v1/jobs?status=failed')
    expect(await none.json()).toMatchObject({ data: [], next_cursor: null })
  })

  it.each([
    ['limit=0', 'invalid_request'],
    ['limit=101', 'invalid_request'],
    ['search=', 'invalid_request'],
    ['status=done', 'invalid_request'],
    ['stauts=queued', 'unknown_field'],
    ['limit=1&limit=2', 'invalid_request'],
    ['cursor=nonsense', 'cursor_invalid'],
  ])('refuses ?%s', async (query, code) => {
    const response = await hub.fetch(`/v1/jobs?${query}`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code })
  })
})

describe('one job', () => {
  it('is not sent again while it has not changed', async () => {
    const id = await hub.submit()
    await hub.ended(id)
    const first = await hub.fetch(`/v1/jobs/${id}`)
    const etag = first.headers.get('etag') ?? ''
    const again = await hub.fetch(`/v1/jobs/${id}`, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect(again.headers.get('etag')).toBe(etag)
    const stale = await hub.fetch(`/v1/jobs/${id}`, { headers: { 'if-none-match': 'W/"1-1"' } })
    expect(stale.status).toBe(200)
  })

  it('takes texts beside it at any time, and its video is called like its title', async () => {
    const id = await hub.submit({ metadata: { scene: '4', title: 'Old' } })
    const change = (metadata: unknown) =>
      hub.fetch(`/v1/jobs/${id}`, { ...json({ metadata }), method: 'PATCH' })
    const changed = await change({ title: 'Grüße: "A"', scene: null })
    expect(changed.status).toBe(200)
    expect(await changed.json()).toMatchObject({ id, metadata: { title: 'Grüße: "A"' } })
    const many = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`key ${at}`, 'x']))
    expect((await change(many)).status).toBe(422)
    expect((await change({ title: 7 })).status).toBe(422)
    expect(
      (await hub.fetch('/v1/jobs/job_none', { ...json({ metadata: {} }), method: 'PATCH' })).status,
    ).toBe(404)
    await hub.ended(id)
    const read = (await (await hub.fetch(`/v1/jobs/${id}`)).json()) as { metadata: object }
    expect(read.metadata).toEqual({ title: 'Grüße: "A"' })
    const video = await hub.fetch(`/v1/jobs/${id}/video?download=1`, { method: 'HEAD' })
    expect(video.headers.get('content-disposition')).toBe(
      `attachment; filename="Gr__e A.mp4"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20A.mp4`,
    )
  })

  it('is waited for until it changes', async () => {
    const id = await idle.submit()
    const answer = idle.fetch(`/v1/jobs/${id}?wait=30`)
    await idle.fetch(`/v1/jobs/${id}/cancel`, post())
    expect(await (await answer).json()).toMatchObject({ id, status: 'canceled' })
  })

  it('comes at once when it changed since the ETag the caller has', async () => {
    const id = await hub.submit()
    await hub.ended(id)
    const stale = { headers: { 'if-none-match': 'W/"1-1"' } }
    const response = await hub.fetch(`/v1/jobs/${id}?wait=30`, stale)
    expect(await response.json()).toMatchObject({ status: 'succeeded' })
  })

  it('is told unchanged when nothing happens while it is waited for', async () => {
    const id = await idle.submit()
    const etag = (await idle.fetch(`/v1/jobs/${id}`)).headers.get('etag') ?? ''
    const init = { headers: { 'if-none-match': etag } }
    expect((await idle.fetch(`/v1/jobs/${id}?wait=0.05`, init)).status).toBe(304)
  })

  it('that is canceled before it starts never starts', async () => {
    const id = await idle.submit()
    const canceled = await idle.fetch(`/v1/jobs/${id}/cancel`, post())
    expect(canceled.status).toBe(200)
    expect(await canceled.json()).toMatchObject({ status: 'canceled', attempt: 0 })
    const again = await idle.fetch(`/v1/jobs/${id}/cancel`, post())
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({ code: 'job_finished' })
  })

  it('that runs is told to stop, and stops', async () => {
    await using held = await startTestHub({ renderer: createHeldRenderer() })
    const id = await held.submit()
    await expect.poll(() => held.events.some(({ type }) => type === 'job.started')).toBe(true)
    const response = await held.fetch(`/v1/jobs/${id}/cancel`, post())
    expect(response.status).toBe(202)
    expect(await held.ended(id)).toMatchObject({ status: 'canceled' })
  })

  it('is submitted again as a new job that names it', async () => {
    const id = await idle.submit({ metadata: { order: '7' } })
    const early = await idle.fetch(`/v1/jobs/${id}/retry`, post())
    expect(early.status).toBe(409)
    expect(await early.json()).toMatchObject({ code: 'job_not_finished' })
    await idle.fetch(`/v1/jobs/${id}/cancel`, post())
    const response = await idle.fetch(`/v1/jobs/${id}/retry`, post())
    expect(response.status).toBe(202)
    const job = (await response.json()) as JobResource
    expect(job).toMatchObject({ retry_of: id, status: 'queued', metadata: { order: '7' } })
    expect(job.id).not.toBe(id)
  })

  it('is removed when it has ended, once', async () => {
    const id = await hub.submit()
    await hub.ended(id)
    const remove = { method: 'DELETE' }
    expect((await hub.fetch(`/v1/jobs/${id}`, remove)).status).toBe(204)
    expect((await hub.fetch(`/v1/jobs/${id}`, remove)).status).toBe(404)
    expect((await hub.fetch(`/v1/jobs/${id}/video`)).status).toBe(404)
    const waiting = await idle.submit()
    expect((await idle.fetch(`/v1/jobs/${waiting}`, remove)).status).toBe(409)
  })
})

describe('an estimate', () => {
  it('costs nothing and leaves no job', async () => {
    await using fresh = await startTestHub()
    const response = await fresh.fetch('/v1/estimate', json(await tinyRequest()))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ object: 'estimate' })
    expect(await (await fresh.fetch('/v1/jobs')).json()).toMatchObject({ data: [] })
  })
})
