// A real hub whose backend is a queue on the internet: inputs are staged, sent, rendered elsewhere and finished here; no failure in
// between loses a render or pays for it twice. Runs against stand-ins of Beam and of RunPod.
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { type ServingHub, startHub } from '../support/serving-hub.ts'
import { FFPROBE } from '../support/shipped-tools.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'
import { BeamGateway, type BeamOptions } from './standin/beam-gateway.ts'
import { remoteVideo, REMOTE_SIZE as SIZE } from './standin/remote-video.ts'
import { RunpodApi } from './standin/runpod-api.ts'

const FRAMES = 10
const SMALL = { ...SIZE, max_frames: FRAMES }

async function openBeam(options: Partial<BeamOptions> = {}): Promise<BeamGateway> {
  const gateway = await BeamGateway.open({ video: await remoteVideo(), ...options })
  onTestFinished(() => gateway[Symbol.asyncDispose]())
  return gateway
}

async function openHub(env: Readonly<Record<string, string>>): Promise<TestHub> {
  const hub = await startTestHub({ env })
  onTestFinished(() => hub.stop())
  return hub
}

async function probe(hub: TestHub, id: string): Promise<string> {
  const video = Buffer.from(await (await hub.fetch(`/v1/jobs/${id}/video`)).arrayBuffer())
  const path = (await createTestFolder()).path('finished.mp4')
  await writeFile(path, video)
  const entries = 'stream=codec_type,nb_frames,width,height'
  return execFileSync(FFPROBE, ['-v', 'error', '-show_entries', entries, '-of', 'csv=p=0', path])
    .toString()
    .trim()
}

/** For a hub that is killed. */
const IMPATIENT = {
  INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
  INFINITETALK_LIMIT_LEASE_MS: '1s',
  INFINITETALK_LIMIT_STOP_TIMEOUT_MS: '100ms',
}
const LONG = [['RUNNING', 20]] as const
const DEADLINE_MS = 60_000

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a hub that renders on Beam', () => {
  it(
    'delivers a video of the asked length with the sound of the caller',
    async () => {
      const gateway = await openBeam()
      const hub = await openHub(gateway.env)
      const id = await hub.submit(SMALL)
      expect(await hub.ended(id)).toMatchObject({
        status: 'succeeded',
        output: { engine: 'beam', video: { frames: FRAMES, ...SIZE } },
      })
      expect(await probe(hub, id)).toMatch(/video,64,64,10\s+audio/)
      expect(gateway.tasks).toHaveLength(1)
      expect(gateway.tasks[0]?.body).toMatchObject({ input_type: 'image', ...SIZE })
    },
    DEADLINE_MS,
  )

  it(
    'sends two speakers with their boxes, in the picture as it is framed',
    async () => {
      const gateway = await openBeam()
      const hub = await openHub(gateway.env)
      const base64 = async (name: string): Promise<string> =>
        (await readFile(join(ROOT, 'examples', name))).toString('base64')
      const id = await hub.submit({
        ...SMALL,
        fit: 'pad',
        image: { base64: await base64('two-people.png') },
        audio: [
          { base64: await base64('speech.wav'), speaker: 'left', box: [0, 0, 0.5, 1] },
          { base64: await base64('speech-second-speaker.wav'), speaker: 'right' },
        ],
      })
      expect(await hub.ended(id)).toMatchObject({ status: 'succeeded' })
      const { audio } = gateway.tasks[0]!.body as { audio: Record<string, unknown>[] }
      const [left, right] = audio
      expect(left).toMatchObject({ speaker: 'left', box: expect.any(Array) })
      const [x, y, width, height] = left!.box as [number, number, number, number]
      expect([x, width]).toEqual([0, 0.5])
      // Bars above and below: the box has moved with the picture.
      expect(y).toBeGreaterThan(0)
      expect(y + height).toBeLessThan(1)
      expect(right).not.toHaveProperty('box')
    },
    DEADLINE_MS,
  )

  it(
    'tells the error of the machine at the other end as its own',
    async () => {
      const gateway = await openBeam({ script: LONG })
      const hub = await openHub(gateway.env)
      const id = await hub.submit(SMALL)
      await expect.poll(() => gateway.tasks[0]?.status, { timeout: DEADLINE_MS }).toBe('RUNNING')
      const result = { error: 'The GPU ran out of memory.', code: 'gpu_out_of_memory' }
      Object.assign(gateway.tasks[0]!, { result })
      gateway.move(gateway.tasks[0]!, 'ERROR')
      expect(await hub.ended(id)).toMatchObject({
        status: 'failed',
        error: { code: 'gpu_out_of_memory' },
      })
    },
    DEADLINE_MS,
  )

  it(
    'ends the task of a job that is canceled',
    async () => {
      const gateway = await openBeam({ script: LONG })
      const hub = await openHub(gateway.env)
      const id = await hub.submit(SMALL)
      await expect.poll(() => gateway.tasks[0]?.status, { timeout: DEADLINE_MS }).toBe('RUNNING')
      await hub.fetch(`/v1/jobs/${id}/cancel`, { method: 'POST' })
      expect(await hub.ended(id)).toMatchObject({ status: 'canceled' })
      expect(gateway.tasks.map(({ status }) => status)).toEqual(['CANCELLED'])
    },
    DEADLINE_MS,
  )

  it(
    'says in its health when the gateway does not let it in',
    async () => {
      const gateway = await openBeam()
      const hub = await openHub({ ...gateway.env, BEAM_TOKEN: 'another-token' })
      const health = JSON.stringify(await (await hub.fetch('/readyz')).json())
      expect(health).toContain('BEAM_TOKEN')
      expect(health).not.toContain('another-token')
    },
    DEADLINE_MS,
  )

  it(
    'goes on with the same task after it was stopped, and again after it was killed',
    async () => {
      const gateway = await openBeam({ script: LONG })
      const dataFolder = (await createTestFolder()).path('data')
      const env = { ...gateway.env, ...IMPATIENT }
      let hub = await startHub({ dataFolder, env })
      const id = await submitTo(hub)
      const looks = () => gateway.web.count(/GET .*\/task\//)
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        const seen = looks()
        // The note of the id is on its way to the disk when the task is read.
        await expect.poll(looks, { timeout: DEADLINE_MS }).toBeGreaterThan(seen + 1)
        await hub.kill(signal)
        expect(gateway.tasks.map(({ status }) => status)).toEqual(['RUNNING'])
        hub = await startHub({ dataFolder, env })
      }
      gateway.move(gateway.tasks[0]!, 'COMPLETE')
      const isDone = async (): Promise<unknown> =>
        ((await (await fetch(`${hub.url}/v1/jobs/${id}`)).json()) as { status: string }).status
      await expect.poll(isDone, { timeout: DEADLINE_MS }).toBe('succeeded')
      expect(gateway.tasks).toHaveLength(1)
    },
    2 * DEADLINE_MS,
  )
})

async function submitTo({ url }: ServingHub): Promise<string> {
  const body = JSON.stringify({ ...(await tinyRequest()), ...SMALL })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/v1/jobs`, { method: 'POST', headers, body })
  return ((await response.json()) as { id: string }).id
}

describeWith(
  ['ffmpeg', 'ffprobe'],
  'apt-get install ffmpeg',
  'a hub that renders on RunPod',
  () => {
    it(
      'delivers the video of the same job though the hub was killed in the middle',
      async () => {
        const script = [['IN_PROGRESS', 20]] as const
        const api = await RunpodApi.open({ video: await remoteVideo(), script })
        onTestFinished(() => api[Symbol.asyncDispose]())
        const dataFolder = (await createTestFolder()).path('data')
        const env = { ...api.env, ...IMPATIENT }
        const first = await startHub({ dataFolder, env })
        const id = await submitTo(first)
        // The note of the id is on its way to the disk when its status is read.
        await expect.poll(() => api.web.count(/GET .*\/status\//)).toBeGreaterThan(1)
        await first.kill('SIGKILL')

        const second = await startHub({ dataFolder, env })
        api.end(api.jobs[0]!, 'COMPLETED', '')
        const job = async () => (await fetch(`${second.url}/v1/jobs/${id}`)).json()
        await expect.poll(job).toMatchObject({
          status: 'succeeded',
          output: { engine: 'runpod', video: { frames: FRAMES, ...SIZE } },
        })
        expect(api.jobs).toHaveLength(1)
      },
      2 * DEADLINE_MS,
    )
  },
)
