// A serverless worker of RunPod, the real program, against a stand-in of the service: jobs end to end with the preview engine, and all
// that may go wrong between the two.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/domain/errors.ts'
import { JobApi } from '../../src/runners/runpod/job-api.ts'
import { readEnvironment } from '../../src/runners/runpod/read-environment.ts'
import { refuseJob } from '../../src/runners/runpod/work-jobs.ts'
import { describeWith } from '../support/requires.ts'
import { tinyRequest } from '../support/test-hub.ts'
import { JobService } from './standin/job-service.ts'
import { openWorker, startWorker, type Worker } from './standin/worker.ts'

/** Where the subject is the conversation: a blank second, made at once. */
const NOOP = { INFINITETALK_ENGINE: 'noop' }
const SLOW = { width: 512, height: 512 }
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a worker of RunPod', () => {
  let tiny: Record<string, unknown>

  beforeAll(async () => {
    tiny = { ...(await tinyRequest()), width: 64, height: 64, max_frames: 10 }
  })

  describe('that renders', () => {
    let worker: Worker
    beforeAll(async () => {
      worker = await openWorker({ INFINITETALK_ENGINE: 'preview' })
    })
    afterAll(() => worker[Symbol.asyncDispose]())

    it('says what is wrong with a job, and takes the next', async () => {
      const { service, lines } = worker
      const jobs = [
        service.submit({ ...tiny, wrong: 1 }),
        service.submit('no object'),
        service.submit({ ...tiny, upload_url: 5 }),
        service.submit({ ...tiny, upload_url: 'http://10.0.0.1/video.mp4' }),
        service.submit({ ...tiny, network_volume: true }),
      ]
      const told = await Promise.all(jobs.map((id) => service.ended(id)))
      expect(told.map(({ body }) => (body.output as { code: string }).code)).toEqual([
        'unknown_field',
        'invalid_request',
        'invalid_request',
        'url_forbidden_address',
        'output_unwritable',
      ])
      for (const { body } of told) {
        expect(body.error).toEqual((body.output as { error: string }).error)
        expect(body).not.toHaveProperty('stopPod')
      }
      // A video that nobody could have is not rendered.
      const begun = lines.filter((line) => line.includes('Rendering starts'))
      for (const id of jobs.slice(1)) expect(begun.join()).not.toContain(`"${id}"`)
      expect(told.at(-1)?.body.error).toMatch(/network_volume.*attach a network volume.*upload_url/)
    })

    it('ends a job that was canceled, tells nothing of it, and takes the next', async () => {
      const { service, lines } = worker
      const canceled = service.submit({ ...tiny, ...SLOW, max_frames: 5000 })
      await service.until(() => service.progress(canceled)[0])
      service.cancel(canceled)
      const next = service.submit(tiny)
      expect((await service.ended(next)).body.output).toHaveProperty('video')
      expect(service.ends(canceled)).toEqual([])
      expect(lines.join('\n')).toContain('job_canceled')
    })

    it('renders one job after the other, and shows that it lives', async () => {
      const { service, lines } = worker
      const ids: string[] = []
      for (const input of [tiny, { ...tiny, seed: 7 }]) {
        const id = service.submit(input)
        ids.push(id)
        const { body, headers, query } = await service.ended(id)
        const output = body.output as Record<string, unknown>
        const video = Buffer.from(String(output.video), 'base64')
        expect(body).not.toHaveProperty('error')
        expect(video.subarray(4, 8).toString()).toBe('ftyp')
        expect(sha256(video)).toBe(output.sha256)
        expect(output).toMatchObject({ status: 'success', frames: 10, engine: 'preview' })
        expect(headers).toMatchObject({ 'x-request-id': id, charset: 'utf-8' })
        expect(query).toBe('?gpu=NVIDIA+L4&isStream=false')
        // Progress came before the end, and none after it.
        expect(service.progress(id).length).toBeGreaterThan(0)
        expect(service.told.at(-1)?.body).toBe(body)
      }
      const pings = service.asked.filter(({ route }) => route === 'ping')
      const pinged = pings.map(({ query }) => query.get('job_id'))
      expect(pinged).toEqual(expect.arrayContaining([null, ...ids]))
      const takes = service.asked.filter(({ route }) => route === 'take')
      for (const { query } of takes) expect(query.get('job_in_progress')).toBe('0')
      expect(lines.join('\n')).not.toMatch(/[A-Za-z0-9+/]{200}|rpa_/)
    })

    it('told to stop, ends what it can and takes nothing new', async () => {
      const { service, end } = worker
      const id = service.submit(tiny)
      await service.until(() => service.progress(id)[0])
      const code = end('SIGTERM')
      expect((await service.ended(id)).body.output).toHaveProperty('video')
      const late = service.submit(tiny)
      expect(await code).toBe(0)
      expect(service.ends(late)).toEqual([])
    })
  })

  describe('whose renders take no time', () => {
    /** The server of somebody who gave a link. */
    const store = createServer()
    let worker: Worker
    beforeAll(async () => {
      store.listen(0, '127.0.0.1')
      await once(store, 'listening')
      worker = await openWorker({
        ...NOOP,
        INFINITETALK_FETCH_ALLOW_CIDRS: '127.0.0.0/8',
        INFINITETALK_FETCH_EXTRA_PORTS: String((store.address() as AddressInfo).port),
      })
    })
    beforeEach(() => {
      worker.service.rule = () => null
    })
    afterAll(async () => {
      await worker[Symbol.asyncDispose]()
      store.close()
    })

    it('tells the end until it is heard, and renders once', async () => {
      const { service, lines } = worker
      const refusals: (number | 'cut')[] = ['cut', 503]
      service.rule = ({ route, body }) =>
        route === 'done' && body.includes('"video"') ? (refusals.shift() ?? null) : null
      const id = service.submit(tiny)
      const { body } = await service.ended(id)
      expect(body.output).toHaveProperty('video')
      expect(refusals).toEqual([])
      const begun = lines.filter((line) => line.includes('Rendering starts'))
      expect(begun.filter((line) => line.includes(`"${id}"`))).toHaveLength(1)
    })

    it('bears whatever it is answered when it asks for a job', async () => {
      const { service } = worker
      const answers: (number | 'cut')[] = [400, 204, 200, 500, 'cut']
      service.rule = ({ route }) => (route === 'take' ? (answers.shift() ?? null) : null)
      const id = service.submit(tiny)
      expect((await service.ended(id)).body.output).toHaveProperty('video')
      expect(answers).toEqual([])
    })

    it('brings a video to the network volume, asked to or when an answer has no room', async () => {
      const { service, files } = worker
      service.rule = ({ route, body }) =>
        route === 'done' && body.includes('"video":') ? 413 : null
      const lost = service.submit(tiny)
      expect((await service.ended(lost)).body.error).toMatch(/bytes, more than.*upload_url/)
      await mkdir(files.path('volume'))
      for (const [input, warnings] of [
        [{ ...tiny, network_volume: true }, 0],
        [{ ...tiny, seed: 8 }, 1],
      ] as const) {
        const { body } = await service.ended(service.submit(input))
        const output = body.output as { video_path: string; sha256: string; warnings: string[] }
        expect(sha256(await readFile(output.video_path))).toBe(output.sha256)
        expect(output.warnings.filter((text) => text.includes('network volume'))).toHaveLength(
          warnings,
        )
      }
      expect(await readdir(files.path('volume/infinitetalk'))).toHaveLength(2)
    })

    it('uploads a video to the link that came with the job', async () => {
      const { service } = worker
      const taken: Buffer[] = []
      const answers = [503, 200]
      store.on('request', async (request, response) => {
        const content = await buffer(request)
        const status = answers.shift() ?? 500
        if (status === 200) taken.push(content)
        response.writeHead(request.method === 'PUT' ? status : 405).end()
      })
      const { port } = store.address() as AddressInfo
      const upload_url = `http://127.0.0.1:${port}/bucket/video.mp4?signature=abc`
      const { body } = await service.ended(service.submit({ ...tiny, upload_url }))
      const output = body.output as Record<string, unknown>
      expect(output).toMatchObject({ status: 'success', uploaded: true })
      expect(output).not.toHaveProperty('video')
      expect(taken.map(sha256)).toEqual([output.sha256])
    })

    it('does not tell the end of a job that was canceled before it was heard', async () => {
      const { service, lines } = worker
      let refused = 0
      let isAway = true
      service.rule = ({ route, body }) => {
        if (!isAway || route !== 'done' || !body.includes('"video"')) return null
        refused += 1
        return 503
      }
      const canceled = service.submit(tiny)
      // By then it waits for seconds before it tells it again.
      await service.until(() => refused === 3)
      isAway = false
      service.cancel(canceled)
      const next = service.submit({ ...tiny, seed: 8 })
      expect((await service.ended(next)).body.output).toHaveProperty('video')
      expect(service.ends(canceled)).toEqual([])
      expect(lines.join('\n')).toContain('RunPod ended the job')
    })
  })

  it('told to stop, says of what it cannot end that it may be sent again', async () => {
    const { service, end } = await startWorker({ INFINITETALK_LIMIT_STOP_TIMEOUT_MS: '200' })
    const id = service.submit({ ...tiny, ...SLOW, max_frames: 5000 })
    await service.until(() => service.progress(id)[0])
    expect(await end('SIGTERM')).toBe(0)
    expect(service.ends(id)[0]?.body).toMatchObject({
      error: expect.any(String),
      output: { code: 'stopping', retryable: true },
    })
  })

  it('has itself replaced after each job where it is to', async () => {
    const { service, exited } = await startWorker({ ...NOOP, RUNPOD_REFRESH_WORKER: 'true' })
    const id = service.submit(tiny)
    expect(await exited).toBe(0)
    expect(service.ends(id)[0]?.body).toMatchObject({ stopPod: true, output: { engine: 'noop' } })
  })

  it('says what it misses where RunPod did not start it', async () => {
    const { exited, lines } = await startWorker({ RUNPOD_WEBHOOK_GET_JOB: undefined })
    expect(await exited).toBe(1)
    expect(lines.join('\n')).toMatch(/RUNPOD_WEBHOOK_GET_JOB is not set.*infinitetalk serve/)
  })
})

it('a worker that cannot work tells the next job why, and has itself replaced', async () => {
  await using service = await JobService.open()
  const id = service.submit({})
  const api = new JobApi(readEnvironment(service.environment))
  const reason = new AppError('engine_start_failed', 'ComfyUI does not start.')
  const log = { say: () => {} }
  await refuseJob(reason, { api, log }, new AbortController().signal)
  expect(service.ends(id)[0]?.body).toMatchObject({
    error: 'ComfyUI does not start.',
    stopPod: true,
    output: { code: 'engine_start_failed' },
  })
})
