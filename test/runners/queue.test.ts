// A task queue of Beam, in the real runner, behind a stand-in of the gateway: whatever breaks in between, no task is lost, none is
// rendered to its end twice, and each says how it ended.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { MAX_BODY_BYTES } from '../../src/engines/beam/beam-service.ts'
import { describeWith } from '../support/requires.ts'
import { wavFile } from '../support/wav-file.ts'
import { DEADLINE_MS, letThrough, openBeam, openReceiver, SLOW } from './live-beam.ts'

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'the runner of a task queue', () => {
  it(
    'renders one task after the other, saves each video as an output and says what it is',
    async () => {
      const beam = await openBeam()
      const first = await beam.submit()
      const container = await beam.start('taskqueue')
      const second = await beam.submit({ max_frames: 11 })
      for (const [task, frames] of [
        [first, 10],
        [second, 11],
      ] as const) {
        await beam.ended(task)
        expect(task.history).toEqual(['PENDING', 'RUNNING', 'COMPLETE'])
        expect(task.result).toMatchObject({
          status: 'success',
          frames,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          engine: 'preview',
        })
        const { filename } = task.result as { readonly filename: string }
        // A folder of its own for each file, as Beam lists them.
        expect(beam.gateway.outputsOf(task)).toEqual([
          expect.stringMatching(new RegExp(`^[0-9a-f-]{36}/${filename}$`)),
        ])
      }
      expect(await container.end('SIGTERM')).toBe(0)
    },
    DEADLINE_MS,
  )

  it(
    'fails a task that can never succeed, with its code, and goes on with the next',
    async () => {
      const beam = await openBeam()
      const bad = await beam.submit({ widht: 64 })
      const good = await beam.submit()
      await beam.start('taskqueue')
      expect(await beam.ended(bad)).toMatchObject({
        status: 'ERROR',
        retries: 0,
        result: { code: 'unknown_field', error: expect.stringContaining('widht') },
      })
      expect(await beam.ended(good)).toMatchObject({ status: 'COMPLETE' })
    },
    DEADLINE_MS,
  )

  it(
    'goes on while the gateway is away, and tells the end when it is back',
    async () => {
      const beam = await openBeam({ heartbeatMs: 60_000 })
      const container = await beam.start('taskqueue')
      const task = await beam.submit({ ...SLOW, max_frames: 40 })
      await container.logged(/^sampling/)
      await beam.gateway.goAway()
      await container.logged(/job succeeded/)
      await container.logged(/^The heartbeat of the task was interrupted/)
      await beam.gateway.comeBack()
      await beam.ended(task)
      expect(task).toMatchObject({ status: 'COMPLETE', completes: 1, retries: 0 })
      expect(beam.gateway.outputsOf(task)).toHaveLength(1)
      expect(container.lines.filter((line) => line.includes('job started'))).toHaveLength(1)
    },
    DEADLINE_MS,
  )

  it(
    'opens its heartbeat again when it breaks, so that the task stays its own',
    async () => {
      const beam = await openBeam({ heartbeatMs: 4000 })
      const container = await beam.start('taskqueue')
      const task = await beam.submit({ ...SLOW, max_frames: 60 })
      await container.logged(/^The render begins/)
      beam.gateway.faults.monitorsBreak = true
      await container.logged(/^The heartbeat of the task was interrupted/)
      beam.gateway.faults.monitorsBreak = false
      await beam.ended(task)
      expect(task).toMatchObject({ status: 'COMPLETE', retries: 0 })
    },
    DEADLINE_MS,
  )

  it(
    'leaves a task to another container when its own heartbeat was lost',
    async () => {
      const beam = await openBeam({ heartbeatMs: 700 })
      const lost = await beam.start('taskqueue')
      const task = await beam.submit({ ...SLOW, max_frames: 40 })
      await lost.logged(/^sampling/)
      lost.pause()
      beam.gateway.faults.cutOff = lost.id
      await vi.waitFor(() => expect(task.retries).toBe(1), { timeout: 10_000 })
      const other = await beam.start('taskqueue')
      await other.logged(/^The render begins/)
      beam.gateway.faults.cutOff = null
      lost.resume()
      await lost.logged(/worker_lost/)
      await beam.ended(task)
      expect(task).toMatchObject({ status: 'COMPLETE', completes: 1, container: other.id })
      expect(beam.gateway.outputsOf(task)).toHaveLength(1)
      expect(lost.lines.join('\n')).not.toContain('The video is saved')
    },
    DEADLINE_MS,
  )

  it(
    'loses no task with a container that is killed in the middle of one',
    async () => {
      const beam = await openBeam({ heartbeatMs: 700 })
      const killed = await beam.start('taskqueue')
      const task = await beam.submit({ ...SLOW, max_frames: 40 })
      await killed.logged(/^sampling/)
      await killed.end('SIGKILL')
      const other = await beam.start('taskqueue')
      await beam.ended(task)
      expect(task).toMatchObject({
        status: 'COMPLETE',
        retries: 1,
        completes: 1,
        container: other.id,
      })
      expect(task.history).toEqual(['PENDING', 'RUNNING', 'RETRY', 'RUNNING', 'COMPLETE'])
      expect(beam.gateway.outputsOf(task)).toHaveLength(1)
    },
    DEADLINE_MS,
  )

  it(
    'does not render again what it rendered: a task whose end was not heard is delivered again, and ended',
    async () => {
      const beam = await openBeam({ heartbeatMs: 1500 })
      const container = await beam.start('taskqueue')
      beam.gateway.faults.completesRefused = 2
      const refused = await beam.submit()
      await beam.ended(refused)
      expect(refused).toMatchObject({ status: 'COMPLETE', completes: 1 })

      const task = await beam.submit({ max_frames: 12 })
      await beam.ended(task)
      // As if the gateway had lost what it was told.
      beam.gateway.tasks.move(task, 'RETRY')
      await vi.waitFor(() => expect(task.completes).toBe(2), { timeout: 20_000 })
      expect(task.status).toBe('COMPLETE')
      expect(container.lines.filter((line) => line.includes('job started'))).toHaveLength(2)
      expect(beam.gateway.outputsOf(task)).toHaveLength(1)
    },
    DEADLINE_MS,
  )

  it(
    'is not overruled: of a task that was canceled before it began nothing is rendered',
    async () => {
      const beam = await openBeam()
      const task = await beam.submit()
      await beam.cancel(task)
      const next = await beam.submit()
      const container = await beam.start('taskqueue')
      await beam.ended(next)
      expect(task.history).toEqual(['PENDING', 'CANCELLED'])
      expect(container.lines.filter((line) => line.includes('job started'))).toHaveLength(1)
    },
    DEADLINE_MS,
  )

  it(
    'does not take a task up again that is canceled while its inputs are read',
    async () => {
      const beam = await openBeam()
      const { tasks } = beam.gateway
      const stop = tasks.listen((changed) => {
        if (changed.status === 'RUNNING') tasks.cancel(changed)
      })
      const container = await beam.start('taskqueue')
      const task = await beam.submit(SLOW)
      await container.logged(/^The render ended \(job_canceled\)/)
      stop()
      expect(await beam.ended(await beam.submit())).toMatchObject({ status: 'COMPLETE' })
      expect(task).toMatchObject({ history: ['PENDING', 'RUNNING', 'CANCELLED'], completes: 0 })
    },
    DEADLINE_MS,
  )

  it.each(['The render begins', 'checking_inputs', 'sampling', 'saving'])(
    'interrupts a render that is canceled when it says "%s"',
    async (line) => {
      const beam = await openBeam()
      const container = await beam.start('taskqueue')
      const task = await beam.submit(SLOW)
      await container.logged(new RegExp(`^${line}`))
      await beam.cancel(task)
      await container.logged(/^The render ended \(job_canceled\)/)
      expect(task).toMatchObject({ status: 'CANCELLED', completes: 0 })
      expect(container.lines.join('\n')).not.toContain('job succeeded')
      expect(beam.gateway.outputsOf(task)).toEqual([])
      // It takes the next one.
      expect(await beam.ended(await beam.submit())).toMatchObject({ status: 'COMPLETE' })
    },
    DEADLINE_MS,
  )

  it(
    'ends the download of an input when the task is canceled',
    async () => {
      const stalled = Promise.withResolvers<void>()
      const server = createServer((_request, reply) => {
        reply.writeHead(200, { 'content-type': 'image/png' }).write('\u0089PNG')
        reply.on('close', stalled.resolve)
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      onTestFinished(() => void server.close())
      const { port } = server.address() as AddressInfo
      const beam = await openBeam()
      const container = await beam.start('taskqueue', { env: letThrough({ port }) })
      const task = await beam.submit({ image: { url: `http://127.0.0.1:${port}/portrait.png` } })
      await container.logged(/^fetching_inputs/)
      await beam.cancel(task)
      await container.logged(/^The render ended \(job_canceled\)/)
      await container.logged(/job canceled/)
      await stalled.promise
      expect(task).toMatchObject({ status: 'CANCELLED', completes: 0 })
      expect(await beam.ended(await beam.submit())).toMatchObject({ status: 'COMPLETE' })
    },
    DEADLINE_MS,
  )

  it(
    'does not overrule a cancellation with an end that was not heard before it',
    async () => {
      const receiver = await openReceiver()
      const beam = await openBeam()
      const container = await beam.start('taskqueue', {
        env: { CALLBACK_URL: receiver.url, ...letThrough(receiver) },
      })
      const { faults } = beam.gateway
      faults.completesRefused = 100
      const task = await beam.submit()
      // By then it waits for seconds before it tells it again.
      await vi.waitFor(() => expect(faults.completesRefused).toBeLessThanOrEqual(95), {
        timeout: 30_000,
        interval: 20,
      })
      faults.completesRefused = 0
      await beam.cancel(task)
      await container.logged(/^The gateway decided first \(job_canceled\)/)
      await vi.waitFor(() => expect(receiver.heard).toHaveLength(1), { timeout: 10_000 })
      expect(receiver.heard[0]!.headers).toMatchObject({ 'x-task-status': 'CANCELLED' })
      expect(task).toMatchObject({ history: ['PENDING', 'RUNNING', 'CANCELLED'], completes: 0 })
    },
    DEADLINE_MS,
  )

  it(
    'changes nothing of a task that had ended when it was canceled',
    async () => {
      const beam = await openBeam()
      const container = await beam.start('taskqueue')
      const task = await beam.ended(await beam.submit())
      await beam.cancel(task)
      expect(await beam.ended(await beam.submit({ max_frames: 11 }))).toMatchObject({
        status: 'COMPLETE',
      })
      expect(task).toMatchObject({ history: ['PENDING', 'RUNNING', 'COMPLETE'], completes: 1 })
      expect(beam.gateway.outputsOf(task)).toHaveLength(1)
      expect(container.lines.join('\n')).not.toContain('job canceled')
    },
    DEADLINE_MS,
  )

  it(
    'counts an end as heard whose answer was lost',
    async () => {
      const receiver = await openReceiver()
      const beam = await openBeam()
      const container = await beam.start('taskqueue', {
        env: { CALLBACK_URL: receiver.url, ...letThrough(receiver) },
      })
      beam.gateway.faults.completeAnswersLost = 1
      const task = await beam.ended(await beam.submit())
      await container.logged(/^TaskQueueComplete of Beam's gateway failed/)
      await vi.waitFor(() => expect(receiver.heard).toHaveLength(1), { timeout: 10_000 })
      expect(receiver.heard[0]!.headers).toMatchObject({
        'x-task-id': task.id,
        'x-task-status': 'COMPLETE',
      })
      expect(await beam.ended(await beam.submit({ max_frames: 11 }))).toMatchObject({
        status: 'COMPLETE',
      })
      expect(task).toMatchObject({ history: ['PENDING', 'RUNNING', 'COMPLETE'], completes: 1 })
    },
    DEADLINE_MS,
  )

  it(
    'interrupts a render that takes longer than its queue allows',
    async () => {
      const beam = await openBeam({ timeoutMs: 1200 })
      const container = await beam.start('taskqueue')
      const task = await beam.submit(SLOW)
      await container.logged(/^The render ended \(job_timeout\)/)
      expect(task).toMatchObject({ status: 'TIMEOUT', completes: 0 })
      await container.logged(/job canceled/)
    },
    DEADLINE_MS,
  )

  it(
    'never sees a task that expired in the queue',
    async () => {
      const beam = await openBeam({ ttlMs: 100 })
      const task = await beam.submit()
      await beam.ended(task)
      beam.gateway.tasks.rules = { ...beam.gateway.tasks.rules, ttlMs: null }
      const container = await beam.start('taskqueue')
      await beam.ended(await beam.submit())
      expect(task.history).toEqual(['PENDING', 'EXPIRED'])
      expect(container.lines.filter((line) => line.includes('job started'))).toHaveLength(1)
    },
    DEADLINE_MS,
  )

  it(
    'takes a task as large as our clients send one',
    async () => {
      const beam = await openBeam()
      // 9 MB: 12 MB in the request.
      const voice = wavFile({ samples: 9_000_000 / 2 }).toString('base64')
      expect(voice.length).toBeGreaterThan(0.95 * MAX_BODY_BYTES)
      await beam.start('taskqueue')
      const task = await beam.ended(await beam.submit({ audio: { base64: voice } }))
      expect(task).toMatchObject({ status: 'COMPLETE', retries: 0, result: { frames: 10 } })
    },
    DEADLINE_MS,
  )

  it(
    'survives a task that no runner can take, and says what to do about it',
    async () => {
      const beam = await openBeam({ heartbeatMs: 300, maxRetries: 1 })
      const poison = await beam.submit({ wav_base64: 'A'.repeat(17 * 1024 * 1024) })
      const good = await beam.submit()
      const container = await beam.start('taskqueue')
      expect(await container.logged(/larger than the 16 MiB/)).toContain(
        'send large inputs as URLs',
      )
      await beam.ended(poison)
      expect(poison.status).toBe('ERROR')
      expect(await beam.ended(good)).toMatchObject({ status: 'COMPLETE' })
    },
    DEADLINE_MS,
  )

  it(
    'gives back what it cannot end within its grace when it is told to stop',
    async () => {
      const beam = await openBeam()
      const env = { INFINITETALK_LIMIT_STOP_TIMEOUT_MS: '200ms' }
      const container = await beam.start('taskqueue', { env })
      const task = await beam.submit({ ...SLOW, max_frames: 40 })
      await container.logged(/^sampling/)
      expect(await container.end('SIGTERM')).toBe(0)
      expect(task).toMatchObject({ status: 'RETRY', result: { code: 'stopping' } })
      await beam.start('taskqueue')
      expect(await beam.ended(task)).toMatchObject({ status: 'COMPLETE', retries: 1 })
    },
    DEADLINE_MS,
  )

  it(
    'says which variable is missing, and does not start with a token that is not taken',
    async () => {
      const beam = await openBeam()
      const unnamed = await beam.start('taskqueue', { env: { STUB_ID: undefined } })
      expect(await unnamed.logged(/^beam-runner:/)).toContain('STUB_ID is not set')
      const stranger = await beam.start('taskqueue', { env: { BETA9_TOKEN: 'another' } })
      expect(await stranger.logged(/^beam-runner:/)).toContain('does not accept the token')
    },
    DEADLINE_MS,
  )

  it(
    'leaves a file that plays',
    async () => {
      const beam = await openBeam()
      const task = await beam.submit()
      await beam.start('taskqueue')
      await beam.ended(task)
      const [path] = beam.gateway.outputsOf(task)
      const video = await readFile(`${beam.gateway.outputsFolder}/${task.id}/${path}`)
      const { size_bytes: bytes } = task.result as { readonly size_bytes: number }
      expect(video.length).toBe(bytes)
      expect(video.subarray(4, 8).toString()).toBe('ftyp')
    },
    DEADLINE_MS,
  )
})
