// An endpoint of Beam, in the real runner, behind a stand-in of the gateway: the answer of the first clients, the bookkeeping of the
// task, and an end of the render whenever nobody waits for it any more.
import { expect, it, vi } from 'vitest'
import { CLIENT_TOKEN } from '../beam/standin/workspace.ts'
import { head, openRaw, parseRaw } from '../support/raw-http.ts'
import { describeWith } from '../support/requires.ts'
import { tinyRequest } from '../support/test-hub.ts'
import { wavFile } from '../support/wav-file.ts'
import {
  DEADLINE_MS,
  isSignedRight,
  letThrough,
  openBeam,
  openReceiver,
  SLOW,
} from './live-beam.ts'
import { CONTAINER_TOKEN } from './standin/live-gateway.ts'

/** Renders for a minute or more. */
const LONG = {
  width: 1024,
  height: 1024,
  max_frames: undefined,
  audio: { base64: wavFile({ sampleRate: 8000, samples: 240 * 8000 }).toString('base64') },
}

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
      const { image } = (await tinyRequest()) as { readonly image: { readonly base64: string } }
      const log = container.lines.join('\n')
      for (const secret of [CLIENT_TOKEN, CONTAINER_TOKEN, image.base64.slice(100, 160)]) {
        expect(log).not.toContain(secret)
      }
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
    'interrupts the render of a gateway that goes away, and tells the end when it is back',
    async () => {
      const beam = await openBeam()
      const container = await beam.start('endpoint')
      await beam.endpointReady()
      const answer = beam.call(LONG)
      const lost = expect(answer).rejects.toThrow()
      await container.logged(/job started/)
      await beam.gateway.goAway()
      await lost
      await container.logged(/job canceled/)
      await beam.gateway.comeBack()
      await vi.waitFor(
        () =>
          expect(beam.gateway.endpointNews.at(-1)).toMatchObject({
            what: 'end',
            status: 'CANCELLED',
          }),
        { timeout: 10_000 },
      )
    },
    DEADLINE_MS,
  )

  it(
    'renders nothing for a connection that closed before the begin could be told',
    async () => {
      const beam = await openBeam()
      const container = await beam.start('endpoint')
      await beam.endpointReady()
      beam.gateway.faults.startsRefused = 3
      const hangUp = new AbortController()
      const answer = fetch(`http://127.0.0.1:${beam.gateway.endpointPort}/`, {
        method: 'POST',
        headers: { 'x-task-id': 'task-1' },
        body: JSON.stringify({ kwargs: { ...(await tinyRequest()), ...LONG } }),
        signal: hangUp.signal,
      })
      const lost = expect(answer).rejects.toThrow()
      await vi.waitFor(() => expect(beam.gateway.faults.startsRefused).toBeLessThan(3))
      hangUp.abort()
      await lost
      await vi.waitFor(
        () =>
          expect(beam.gateway.endpointNews).toEqual([
            { what: 'start', taskId: 'task-1', status: null },
            { what: 'end', taskId: 'task-1', status: 'CANCELLED' },
          ]),
        { timeout: 10_000 },
      )
      expect(container.lines.join('\n')).not.toContain('job started')
    },
    DEADLINE_MS,
  )

  it(
    'ends a render that takes longer than the gateway waits, with a way out, before the gateway gives up without one',
    async () => {
      const beam = await openBeam()
      beam.gateway.endpointMs = 8000
      const container = await beam.start('endpoint', { env: { TIMEOUT: '8' } })
      await beam.endpointReady()
      const answer = await beam.call(LONG)
      const error = (await answer.json()) as Answer
      expect(error).toMatchObject({ code: 'job_timeout' })
      expect(error.error).toContain('the 8 s that an endpoint of Beam has: send it to a task queue')
      await container.logged(/job canceled/)
      await vi.waitFor(() =>
        expect(beam.gateway.endpointNews.at(-1)).toMatchObject({ what: 'end', status: 'TIMEOUT' }),
      )
    },
    DEADLINE_MS,
  )

  it(
    'tells the end first to the gateway, then where the deployment says, and answers though nobody hears it there',
    async () => {
      const receiver = await openReceiver()
      receiver.statuses = [500]
      const beam = await openBeam()
      const env = { CALLBACK_URL: receiver.url, ...letThrough(receiver) }
      const container = await beam.start('endpoint', { env })
      await beam.endpointReady()
      expect((await beam.call()).status).toBe(200)
      await vi.waitFor(() => expect(receiver.heard).not.toEqual([]), { interval: 5 })
      expect(beam.gateway.endpointNews.at(-1)).toMatchObject({ what: 'end', status: 'COMPLETE' })
      await container.logged(/^The callback to .* failed: HTTP 500/)
      expect(receiver.heard).toHaveLength(3)
      expect(receiver.heard.every(isSignedRight)).toBe(true)
      expect(receiver.heard[0]!.headers).toMatchObject({ 'x-task-status': 'COMPLETE' })
      expect(receiver.heard[0]!.body).not.toContain('"video"')
    },
    DEADLINE_MS,
  )

  it(
    'refuses early what certainly takes longer than it has, with the estimate and the way out',
    async () => {
      const beam = await openBeam()
      const container = await beam.start('endpoint', { env: { TIMEOUT: '20' } })
      await beam.endpointReady()
      // From this one it learns how fast the machine is.
      expect((await beam.call({ ...LONG, max_frames: 3 })).status).toBe(200)
      const answer = await beam.call(LONG)
      const error = (await answer.json()) as Answer
      expect(answer.status).toBe(422)
      expect(error).toMatchObject({ code: 'engine_unsupported' })
      expect(error.error).toMatch(
        /takes about \d+ s to render here, and a render is ended after 20 s.*by a task queue/,
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
