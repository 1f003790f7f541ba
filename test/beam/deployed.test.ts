// The whole way that a person goes on Beam: deploy, run the command that the deployment tells, have the video; with the real program on
// both sides. The gateway in between starts the containers by nothing but the configuration that it was sent.
import { spawnSync } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Container } from '../runners/standin/container.ts'
import { QUEUE } from '../runners/standin/live-gateway.ts'
import type { LiveTask } from '../runners/standin/live-task.ts'
import { describeWith } from '../support/requires.ts'
import { type CliResult, createSandbox, ROOT, type Sandbox } from '../support/run-infinitetalk.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'
import { BeamCloud } from './standin/beam-cloud.ts'

const IMAGE = ['--image', 'registry.example/infinitetalk:gpu']
/** A trial for cents: no GPU, no models, the engine of the processor. */
const PREVIEW = ['--gpu', 'none', '--env', 'INFINITETALK_ENGINE=preview']
const INPUTS = ['-i', 'you.jpg', '-a', 'voice.m4a']
const SMALL = ['-w', '128', '-H', '128', '--max-frames', '10']
const LARGE = ['-w', '512', '-H', '512']
const DEADLINE_MS = 60_000

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'what is deployed to Beam', () => {
  let cloud: BeamCloud
  let sandbox: Sandbox

  beforeAll(async () => {
    cloud = await BeamCloud.open()
  })
  beforeEach(async () => {
    sandbox = await createSandbox()
    const example = (name: string, as: string): Promise<void> =>
      copyFile(join(ROOT, 'examples', name), join(sandbox.folder, as))
    await Promise.all([example('portrait.png', 'you.jpg'), example('speech.wav', 'voice.m4a')])
  })
  afterAll(async () => {
    await cloud[Symbol.asyncDispose]()
  })
  afterEach(() => sandbox[Symbol.asyncDispose]())

  async function run(...words: string[]): Promise<CliResult> {
    const result = await sandbox.run(words, { env: cloud.env })
    expect(result.code, `${words.join(' ')}\n${result.stderr}`).toBe(0)
    return result
  }

  function framesOf(name: string): string {
    const entries = 'stream=codec_type,width,height,nb_frames'
    const args = ['-v', 'error', '-show_entries', entries, '-of', 'csv=p=0', name]
    return spawnSync('ffprobe', args, { cwd: sandbox.folder, encoding: 'utf8' }).stdout
  }

  function newestTask(): LiveTask {
    return cloud.gateway.tasks.all.at(-1)!
  }

  async function submit(...words: string[]): Promise<LiveTask> {
    const { stdout } = await run('submit', '--beam', '--queue', QUEUE, ...INPUTS, ...words)
    expect(stdout).toContain(newestTask().id)
    return newestTask()
  }

  const containerOf = (container: string | null): Container =>
    cloud.containers.find(({ id }) => id === container)!

  it(
    'answers nothing before it is there',
    async () => {
      const queued = await sandbox.run(['submit', '--beam', '--queue', QUEUE, ...INPUTS], {
        env: cloud.env,
      })
      expect(queued.stderr).toContain('engine_unavailable')
      expect(queued.code).toBe(1)
    },
    DEADLINE_MS,
  )

  it(
    'is an endpoint that brings the video to the command that the deployment tells',
    async () => {
      const { stdout } = await run('beam', 'deploy', 'endpoint', ...IMAGE, ...PREVIEW)
      await run(...nextCommand(stdout), ...SMALL)
      expect(framesOf('you.mp4')).toMatch(/video,128,128,10\s+audio/)
      expect(cloud.gateway.endpointNews.map(({ what, status }) => [what, status])).toEqual([
        ['start', null],
        ['end', 'COMPLETE'],
      ])
      expect(cloud.deployments.breaches).toEqual([])
    },
    DEADLINE_MS,
  )

  it(
    'is a queue that brings the video to the command that the deployment tells',
    async () => {
      const { stdout } = await run('beam', 'deploy', 'queue', ...IMAGE, ...PREVIEW)
      const told = await run(...nextCommand(stdout), ...SMALL)
      expect(told.stdout).toContain('SHA-256 verified')
      expect(framesOf('you.mp4')).toMatch(/video,128,128,10\s+audio/)
      expect(newestTask()).toMatchObject({ status: 'COMPLETE', result: { engine: 'preview' } })
      expect(cloud.deployments.breaches).toEqual([])
    },
    DEADLINE_MS,
  )

  it(
    'keeps the video of a task until somebody comes for it',
    async () => {
      const { id } = await submit(...SMALL)
      expect((await run('wait', '--beam', id)).stdout).toContain('fetch')
      await run('fetch', '--beam', id, '-o', 'later.mp4')
      expect(framesOf('later.mp4')).toMatch(/video,128,128,10\s+audio/)
      expect(cloud.containers).toHaveLength(2)
    },
    DEADLINE_MS,
  )

  it(
    'ends the render of a task that is canceled, and takes the next one',
    async () => {
      const task = await submit(...LARGE)
      await expect.poll(() => task.container, { timeout: 20_000 }).not.toBeNull()
      await run('cancel', '--beam', task.id)
      await containerOf(task.container).logged(/^The render ended \(job_canceled\)/)
      expect(task).toMatchObject({ status: 'CANCELLED', completes: 0 })
      expect(cloud.gateway.outputsOf(task)).toEqual([])
    },
    DEADLINE_MS,
  )

  it(
    'is the engine of a hub, which has the video, and whose cancellation ends the render there',
    async () => {
      await using hub = await openHub(cloud)
      const small = { width: 128, height: 128, max_frames: 10 }
      expect(await hub.ended(await hub.submit(small))).toMatchObject({
        status: 'succeeded',
        output: { engine: 'beam', video: { frames: 10, width: 128, height: 128 } },
      })
      const done = newestTask()
      expect(done).toMatchObject({ status: 'COMPLETE', completes: 1 })

      const id = await hub.submit({ width: 512, height: 512 })
      await expect.poll(newestTask, { timeout: 20_000 }).toMatchObject({ status: 'RUNNING' })
      const task = newestTask()
      expect(task).not.toBe(done)
      await hub.fetch(`/v1/jobs/${id}/cancel`, { method: 'POST' })
      expect(await hub.ended(id)).toMatchObject({ status: 'canceled' })
      expect(task).toMatchObject({ status: 'CANCELLED', completes: 0 })
      expect(cloud.gateway.outputsOf(task)).toEqual([])
    },
    DEADLINE_MS,
  )
})

function openHub({ env }: BeamCloud): Promise<TestHub> {
  return startTestHub({ env: { ...env, BEAM_QUEUE: QUEUE, INFINITETALK_ENGINE: 'beam' } })
}

/** What is printed behind "Next:", as a shell reads it. */
function nextCommand(stdout: string): readonly string[] {
  const [, command = ''] = /\nNext:\n {2}infinitetalk ((?:.*\\\n)*.*)\n/.exec(stdout) ?? []
  return command.replaceAll('\\\n', ' ').trim().split(/\s+/)
}
