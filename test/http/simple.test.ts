// The simple API, exactly as its first clients know it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHeldRenderer } from '../support/held-renderer.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

let hub: TestHub
let flat: Record<string, unknown>

beforeAll(async () => {
  hub = await startTestHub()
  const { image, audio } = (await tinyRequest()) as Record<string, { base64: string }>
  flat = { image_base64: image?.base64, wav_base64: `data:audio/wav;base64,${audio?.base64}` }
})
afterAll(() => hub.stop())

const isMp4 = (bytes: Buffer): boolean => bytes.subarray(4, 8).toString() === 'ftyp'

describe('the simple API', () => {
  it.each(['/', '/generate'])(
    'answers POST %s with the video in base64, and nothing else',
    async (path) => {
      const response = await hub.fetch(path, json(flat))
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
      expect(response.headers.get('x-job-id')).toMatch(/^job_/)
      const length = Number(response.headers.get('content-length'))
      const text = await response.text()
      expect(text).toHaveLength(length)
      const answer = JSON.parse(text)
      expect(Object.keys(answer)).toEqual(['video'])
      expect(isMp4(Buffer.from(answer.video, 'base64'))).toBe(true)
    },
  )

  it('answers with the video itself to who accepts that', async () => {
    const response = await hub.fetch('/', json(flat, { accept: 'video/mp4' }))
    expect(response.headers.get('content-type')).toBe('video/mp4')
    expect(isMp4(Buffer.from(await response.arrayBuffer()))).toBe(true)
  })

  it('reads the envelope of RunPod and the names of its siblings', async () => {
    const { image_base64, wav_base64: audio_base64 } = flat
    const response = await hub.fetch('/', json({ input: { image_base64, audio_base64 } }))
    expect(response.status).toBe(200)
  })

  it.each([
    ['nothing', {}, 422],
    ['no JSON', 'hello', 400],
    ['a wrong input_type', { input_type: 'gif' }, 422],
    ['a URL inside', { image_url: 'http://127.0.0.1/a.png', wav_base64: 'aGVsbG8=' }, 422],
  ])('says {"error": "..."} for %s', async (_what, body, status) => {
    for (const path of ['/', '/generate', '/queue']) {
      const response = await hub.fetch(path, json(body))
      expect(response.status).toBe(status)
      const { error } = (await response.json()) as { error: unknown }
      expect(error).toEqual(expect.stringMatching(/\w.*\.$/))
    }
  })

  it('queues a video and tells how it is doing until it is there', async () => {
    const response = await hub.fetch('/queue', json(flat))
    expect(response.status).toBe(202)
    const task = (await response.json()) as { task_id: string; status_url: string }
    expect(task.status_url).toBe(`${hub.url}/queue/${task.task_id}`)
    await hub.ended(task.task_id)
    const done = (await (await hub.fetch(`/queue/${task.task_id}`)).json()) as Record<
      string,
      unknown
    >
    expect(done).toMatchObject({ status: 'success', message: expect.any(String), duration_s: 1 })
    const video = await hub.fetch(String(done.video_url).slice(hub.url.length))
    expect((await video.arrayBuffer()).byteLength).toBe(done.size_bytes)
  })

  it('tells of a queued job what it waits for, and of a canceled one that it was', async () => {
    await using idle = await startTestHub({ works: false })
    const { task_id: id } = (await (await idle.fetch('/queue', json(flat))).json()) as {
      task_id: string
    }
    const waiting = await idle.fetch(`/queue/${id}`)
    expect(await waiting.json()).toMatchObject({ status: 'queued', queue_position: 1 })
    await idle.fetch(`/v1/jobs/${id}/cancel`, { method: 'POST' })
    const canceled = await idle.fetch(`/queue/${id}`)
    expect(await canceled.json()).toMatchObject({ status: 'canceled', error: expect.any(String) })
    expect((await idle.fetch('/queue/nonsense')).status).toBe(404)
  })

  it('fails as the job fails, with its code and its status', async () => {
    await using failing = await startTestHub({
      renderer: {
        render: async () => {
          const { AppError } = await import('../../src/domain/errors.ts')
          throw new AppError('no_face_found', 'No face was found in the picture.')
        },
      },
    })
    const response = await failing.fetch('/', json(flat))
    expect(response.status).toBe(422)
    expect(response.headers.get('x-job-id')).toMatch(/^job_/)
    const problem = (await response.json()) as Record<string, unknown>
    expect(problem).toMatchObject({
      code: 'no_face_found',
      error: 'No face was found in the picture.',
    })
    const id = response.headers.get('x-job-id')
    expect(await (await failing.fetch(`/queue/${id}`)).json()).toMatchObject({
      status: 'error',
      error: 'No face was found in the picture.',
    })
  })

  it('gives up waiting after its time and says that the job goes on', async () => {
    await using slow = await startTestHub({
      renderer: createHeldRenderer(),
      env: { INFINITETALK_LIMIT_SIMPLE_WAIT_MS: '50' },
    })
    const response = await slow.fetch('/', json(flat))
    expect(response.status).toBe(504)
    expect(await response.json()).toMatchObject({ code: 'wait_timeout' })
    const id = response.headers.get('x-job-id')
    expect(await (await slow.fetch(`/v1/jobs/${id}`)).json()).toMatchObject({
      cancel_requested_at: null,
    })
  })

  it.each([
    ['/', 'canceled'],
    ['/?detach=1', 'running'],
  ])('when the caller of POST %s hangs up, its job is %s', async (path, status) => {
    await using held = await startTestHub({ renderer: createHeldRenderer() })
    const caller = new AbortController()
    const answer = held.fetch(path, { ...json(flat), signal: caller.signal })
    const sawStart = () => held.events.find(({ type }) => type === 'job.started')
    await expect.poll(sawStart).toBeDefined()
    caller.abort()
    await expect(answer).rejects.toThrow()
    const answered = () => held.events.some(({ type }) => type === 'http.answered')
    await expect.poll(answered).toBe(true)
    const started = sawStart()
    const id = started?.type === 'job.started' ? started.jobId : ''
    const read = async () => (await held.hub.jobs.get(id)).job.status
    await expect.poll(read).toBe(status)
  })
})
