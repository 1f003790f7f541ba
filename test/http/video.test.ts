// The video of a job: whole, in part, by link, and not at all.
import { createHash } from 'node:crypto'
import type { JobResource } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ScriptedRenderer } from '../support/scripted-renderer.ts'
import { startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

let hub: TestHub
let id: string
let path: string
let bytes: Buffer
let etag: string

beforeAll(async () => {
  hub = await startTestHub()
  id = await hub.submit()
  await hub.ended(id)
  path = `/v1/jobs/${id}/video`
  bytes = Buffer.from(await (await hub.fetch(path)).arrayBuffer())
  etag = `"${createHash('sha256').update(bytes).digest('hex')}"`
})
afterAll(() => hub.stop())

const get = (headers: Readonly<Record<string, string>>): Promise<Response> =>
  hub.fetch(path, { headers })

describe('a video', () => {
  it('comes whole, with its hash, its length and a name', async () => {
    const response = await get({})
    const { headers } = response
    expect(response.status).toBe(200)
    expect(headers.get('content-type')).toBe('video/mp4')
    expect(headers.get('content-length')).toBe(String(bytes.length))
    expect(headers.get('etag')).toBe(etag)
    const digest = createHash('sha256').update(bytes).digest('base64')
    expect(headers.get('repr-digest')).toBe(`sha-256=:${digest}:`)
    expect(headers.get('accept-ranges')).toBe('bytes')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-disposition')).toBe(`inline; filename="${id}.mp4"`)
    const saved = await hub.fetch(`${path}?download=1`)
    expect(saved.headers.get('content-disposition')).toBe(`attachment; filename="${id}.mp4"`)
  })

  it('is told by HEAD without being sent', async () => {
    const whole = await get({})
    const head = await hub.fetch(path, { method: 'HEAD' })
    expect(head.status).toBe(200)
    for (const name of ['content-type', 'content-length', 'etag', 'repr-digest', 'accept-ranges']) {
      expect(head.headers.get(name)).toBe(whole.headers.get(name))
    }
    expect((await head.arrayBuffer()).byteLength).toBe(0)
  })

  it.each([
    ['bytes=0-0', (all: Buffer) => all.subarray(0, 1)],
    ['bytes=100-199', (all: Buffer) => all.subarray(100, 200)],
    ['bytes=100-', (all: Buffer) => all.subarray(100)],
    ['bytes=-1', (all: Buffer) => all.subarray(-1)],
    ['bytes=-500', (all: Buffer) => all.subarray(-500)],
    ['bytes=-999999999', (all: Buffer) => all],
    ['bytes=5-999999999', (all: Buffer) => all.subarray(5)],
  ])('fault 120: comes in part for %s', async (range, partOf) => {
    const response = await get({ range })
    const part = partOf(bytes)
    const start = bytes.length - part.length
    const first = range.startsWith('bytes=-') ? start : Number(/\d+/.exec(range)?.[0])
    expect(response.status).toBe(206)
    expect(Buffer.from(await response.arrayBuffer())).toEqual(part)
    expect(response.headers.get('content-range')).toBe(
      `bytes ${first}-${first + part.length - 1}/${bytes.length}`,
    )
    expect(response.headers.get('content-length')).toBe(String(part.length))
  })

  it('fault 120: says its size to who asks beyond its end', async () => {
    for (const range of [`bytes=${bytes.length}-`, 'bytes=999999999-', 'bytes=-0']) {
      const response = await get({ range })
      expect(response.status).toBe(416)
      expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`)
      expect(response.headers.get('etag')).toBeNull()
      expect(await response.json()).toMatchObject({ code: 'range_not_satisfiable' })
    }
  })

  it.each(['bytes=0-1,5-6', 'bytes=2-1', 'lines=1-2', 'nonsense'])(
    'fault 120: comes whole for %s',
    async (range) => {
      const response = await get({ range })
      expect(response.status).toBe(200)
      expect((await response.arrayBuffer()).byteLength).toBe(bytes.length)
    },
  )

  it('fault 120: goes on only while it is the same video', async () => {
    const range = 'bytes=10-19'
    expect((await get({ range, 'if-range': etag })).status).toBe(206)
    expect((await get({ range, 'if-range': `"${'0'.repeat(64)}"` })).status).toBe(200)
    expect((await get({ range, 'if-range': `W/${etag}` })).status).toBe(200)
    const date = (await get({})).headers.get('last-modified') ?? ''
    expect((await get({ range, 'if-range': date })).status).toBe(206)
    expect((await get({ range, 'if-range': new Date(0).toUTCString() })).status).toBe(200)
  })

  it('is not sent to who has it', async () => {
    expect((await get({ 'if-none-match': etag })).status).toBe(304)
    expect((await get({ 'if-none-match': `"x", W/${etag}` })).status).toBe(304)
    expect((await get({ 'if-none-match': '"x"' })).status).toBe(200)
  })

  it('has a still', async () => {
    const response = await hub.fetch(`/v1/jobs/${id}/poster`)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    const still = Buffer.from(await response.arrayBuffer())
    expect(still.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
  })

  it('is not there before the job has made it, and says when to ask again', async () => {
    await using idle = await startTestHub({ works: false })
    const waiting = await idle.submit()
    const response = await idle.fetch(`/v1/jobs/${waiting}/video`)
    expect(response.status).toBe(409)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await response.json()).toMatchObject({ code: 'video_not_ready', retryable: true })
    await idle.fetch(`/v1/jobs/${waiting}/cancel`, { method: 'POST' })
    const canceled = await idle.fetch(`/v1/jobs/${waiting}/video`)
    expect(await canceled.json()).toMatchObject({ code: 'job_canceled' })
  })
})

describe('the frame of a job', () => {
  it('is the one that was drawn last, as long as it renders', async () => {
    const renderer = new ScriptedRenderer()
    await using watched = await startTestHub({ renderer })
    const running = await watched.submit()
    const { request, succeed } = await renderer.next()
    const at = `/v1/jobs/${running}/frame`
    expect((await watched.fetch(at)).status).toBe(204)
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 0xff, 0xd9])
    request.onFrame?.(jpeg)
    const first = await watched.fetch(at)
    expect(first.headers.get('content-type')).toBe('image/jpeg')
    expect(Buffer.from(await first.arrayBuffer())).toEqual(jpeg)
    const etag = first.headers.get('etag')!
    const known = { headers: { 'if-none-match': etag } }
    expect((await watched.fetch(at, known)).status).toBe(304)
    request.onFrame?.(jpeg)
    expect((await watched.fetch(at, known)).status).toBe(200)
    succeed()
    await watched.ended(running)
    expect((await watched.fetch(at)).status).toBe(204)
    expect((await watched.fetch('/v1/jobs/job_nothing/frame')).status).toBe(404)
  })
})

describe('what a job was made of', () => {
  it('is there as long as the job, bytes as they were sent, never as a page', async () => {
    const request = (await tinyRequest()) as Record<string, { base64: string }>
    for (const name of ['image', 'audio']) {
      const sent = Buffer.from(request[name]!.base64, 'base64')
      const response = await hub.fetch(`/v1/jobs/${id}/inputs/${name}`)
      expect(Buffer.from(await response.arrayBuffer()).equals(sent)).toBe(true)
      expect(response.headers.get('content-type')).toBe('application/octet-stream')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('content-disposition')).toBe(
        `attachment; filename="${id}-${name}"`,
      )
    }
    const part = await hub.fetch(`/v1/jobs/${id}/inputs/audio`, { headers: { range: 'bytes=0-3' } })
    expect(await part.text()).toBe('RIFF')
  })

  it.each(['video', 'audio_2', 'poster', '..%2fvideo'])('has no %s', async (name) => {
    const response = await hub.fetch(`/v1/jobs/${id}/inputs/${name}`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'file_not_found' })
  })

  it('is not kept of what was fetched from a URL', async () => {
    await using idle = await startTestHub({ works: false })
    const waiting = await idle.submit({ image: { url: 'https://example.com/a.png' } })
    const response = await idle.fetch(`/v1/jobs/${waiting}/inputs/image`)
    expect(response.status).toBe(404)
    expect((await idle.fetch(`/v1/jobs/${waiting}/inputs/audio`)).status).toBe(200)
  })
})

describe('the link to a video, where keys are needed', () => {
  const KEY = '0123456789abcdef'
  const authorization = `Bearer ${KEY}`

  it('opens the video without a key, and nothing else', async () => {
    await using guarded = await startTestHub({ env: { INFINITETALK_API_KEYS: `me:${KEY}` } })
    const { hub: inner, url } = guarded
    const body = await tinyRequest()
    const signal = AbortSignal.timeout(30_000)
    const options = {
      caller: { ownerKey: 'me', isAdmin: true },
      idempotencyKey: null,
      route: 'test',
      signal,
    }
    const { view } = await inner.jobs.submit(body, options)
    await inner.jobs.waitForEnd(view.job.id, { waitMs: 30_000, signal })
    const jobPath = `/v1/jobs/${view.job.id}`
    const response = await guarded.fetch(jobPath, { headers: { authorization } })
    const job = (await response.json()) as JobResource
    const link = (job.output?.video.url ?? '').slice(url.length)
    expect(link).toMatch(/^\/v1\/jobs\/[^/]+\/video\?expires=\d+&signature=[0-9a-f]{64}$/)
    expect((await guarded.fetch(link)).status).toBe(200)
    expect((await guarded.fetch(`${link}&download=1`)).status).toBe(200)
    expect((await guarded.fetch(`${jobPath}/video`)).status).toBe(401)
    const query = link.split('?')[1]
    expect((await guarded.fetch(`${jobPath}?${query}`)).status).toBe(401)
    const forged = await guarded.fetch(link.replace(/expires=\d+/, 'expires=99999999999'))
    expect(forged.status).toBe(403)
    expect(await forged.json()).toMatchObject({ code: 'link_invalid' })
  })
})
