// An endpoint of Beam, in the real runner, behind a stand-in of the gateway: the answer of the first clients, the bookkeeping of the
// task, and an end of the render whenever nobody waits for it any more.
import { expect, it, vi } from 'vitest'
import { head, openRaw, parseRaw } from '../support/raw-http.ts'
import { describeWith } from '../support/requires.ts'
import { wavFile } from '../support/wav-file.ts'
import { DEADLINE_MS, openBeam, SLOW } from './live-beam.ts'

interface Answer {
  readonly video?: string
  readonly error?: string
  readonly code?: string
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'the runner of an endpoint', () => {
  it(
    'answers with the video, and tells the gateway of the begin and the end',
    async () => {
      const beam = await openBeam()
      const container = await beam.start('endpoint')
      await beam.endpointReady()
      const answer = await beam.call()
      const { video } = (await answer.json()) as Answer
      expect(answer.status).toBe(200)
      expect(Buffer.from(video!, 'base64').subarray(4, 8).toString()).toBe('ftyp')
      const taskId = answer.headers.get('x-task-id')
      await vi.waitFor(() =>
        expect(beam.gateway.endpointNews).toEqual([
          { what: 'start', taskId, status: null },
          { what: 'end', taskId, status: 'COMPLETE' },
        ]),
      )
      const bad = await beam.call({ image_base64: 'no picture', image: undefined })
      expect(bad.status).toBeGreaterThanOrEqual(400)
      const error = (await bad.json()) as Answer
      expect(error.error).toEqual(expect.any(String))
      expect(error.code).toEqual(expect.any(String))
      expect(await container.end('SIGTERM')).toBe(0)
    },
    DEADLINE_MS,
  )

  it(
    'says that it is not ready until it is',
    async () => {
      const beam = await openBeam()
      const env = { COMFYUI_URL: 'http://127.0.0.1:9', INFINITETALK_ENGINE: 'comfyui' }
      const container = await beam.start('endpoint', { env })
      await container.logged(/^Listening/)
      const health = await fetch(`http://127.0.0.1:${beam.gateway.endpointPort}/health`)
      expect(health.status).toBe(503)
    },
    DEADLINE_MS,
  )

  it(
    'renders although the begin could not be told, and says so',
    async () => {
      const beam = await openBeam()
      beam.gateway.faults.startsRefused = 4
      const container = await beam.start('endpoint')
      await beam.endpointReady()
      expect((await beam.call()).status).toBe(200)
      expect(await container.logged(/tasks\/start with HTTP 503/)).toContain('Beam answered')
    },
    DEADLINE_MS,
  )

  it(
    'interrupts the render of a caller who hangs up',
    async () => {
      const beam = await openBeam()
      const container = await beam.start('endpoint')
      await beam.endpointReady()
      const hangUp = new AbortController()
      const answer = beam.call(SLOW, hangUp.signal)
      await container.logged(/job started/)
      hangUp.abort()
      await expect(answer).rejects.toThrow()
      await container.logged(/job canceled/)
      await vi.waitFor(() =>
        expect(beam.gateway.endpointNews.at(-1)).toMatchObject({
          what: 'end',
          status: 'CANCELLED',
        }),
      )
    },
    DEADLINE_MS,
  )

  it(
    'ends a render that takes longer than the gateway waits, with a way out',
    async () => {
      const beam = await openBeam()
      const container = await beam.start('endpoint', { env: { TIMEOUT: '0.8' } })
      await beam.endpointReady()
      const answer = await beam.call(SLOW)
      const error = (await answer.json()) as Answer
      expect(error).toMatchObject({ code: 'job_timeout' })
      expect(error.error).toContain('send it to a task queue')
      await container.logged(/job canceled/)
    },
    DEADLINE_MS,
  )

  it(
    'refuses early what certainly takes longer than it has, with the estimate and the way out',
    async () => {
      const beam = await openBeam()
      const container = await beam.start('endpoint', { env: { TIMEOUT: '5' } })
      await beam.endpointReady()
      const voice = wavFile({ samples: 60 * 16_000 }).toString('base64')
      const long = { width: 1024, height: 1024, audio: { base64: voice } }
      // From this one it learns how fast the machine is.
      expect((await beam.call({ ...long, max_frames: 3 })).status).toBe(200)
      const answer = await beam.call({ ...long, max_frames: undefined })
      const error = (await answer.json()) as Answer
      expect(answer.status).toBe(422)
      expect(error).toMatchObject({ code: 'engine_unsupported' })
      expect(error.error).toMatch(
        /takes about \d+ s to render here, and a render is ended after 5 s.*by a task queue/,
      )
      // It never began.
      const sampled = container.lines.filter((line) => line.includes('"stage":"analysing"'))
      expect(sampled).toHaveLength(1)
    },
    DEADLINE_MS,
  )

  it(
    'says of a request that is too large that it is, and of one that stops half way that its time is over',
    async () => {
      const beam = await openBeam()
      const env = { TIMEOUT: '1', INFINITETALK_LIMIT_SIMPLE_BODY_MAX_BYTES: '100kB' }
      await beam.start('endpoint', { env })
      await beam.endpointReady()
      const url = `http://127.0.0.1:${beam.gateway.endpointPort}/`
      const large = await fetch(url, { method: 'POST', body: JSON.stringify('x'.repeat(400_000)) })
      expect(large.status).toBe(413)
      expect(await large.json()).toMatchObject({ code: 'input_too_large' })
      const half = openRaw(url)
      half.write(`${head('/', { 'content-length': '1000' })}{"kwargs":`)
      expect(parseRaw(await half.closed).body).toMatchObject({ code: 'job_timeout' })
    },
    DEADLINE_MS,
  )

  it(
    'is told to stop, ends what it can within its grace, and leaves',
    async () => {
      const beam = await openBeam()
      const env = { INFINITETALK_LIMIT_STOP_TIMEOUT_MS: '200ms' }
      const container = await beam.start('endpoint', { env })
      await beam.endpointReady()
      const answer = beam.call(SLOW)
      await container.logged(/job started/)
      const exitCode = container.end('SIGTERM')
      expect((await answer).status).toBe(503)
      expect(await (await answer).json()).toMatchObject({ code: 'stopping' })
      expect(await exitCode).toBe(0)
    },
    DEADLINE_MS,
  )
})
