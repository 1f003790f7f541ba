// A hub that renders on Beam or RunPod is killed with SIGKILL at any moment, around its submissions as well. The service gets each render
// once, and its video arrives, unless nobody can tell any more whether the service has it.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { BeamGateway } from '../beam/standin/beam-gateway.ts'
import { REMOTE_SIZE, remoteVideo } from '../beam/standin/remote-video.ts'
import { RunpodApi } from '../beam/standin/runpod-api.ts'
import { hasEnded, startWatchedHub } from '../comfyui/watched-hub.ts'
import { describeWith } from '../support/requires.ts'
import { createTestFolder } from '../support/test-folder.ts'

const JOBS = 12
const KILLS = 12
const LONGEST_LIFE_MS = 3000

async function openBeam() {
  const script = [
    ['RUNNING', 200],
    ['COMPLETE', 1500],
  ] as const
  const gateway = await BeamGateway.open({ video: await remoteVideo(), script })
  onTestFinished(() => gateway[Symbol.asyncDispose]())
  return { env: gateway.env, tasks: () => gateway.tasks }
}

async function openRunpod() {
  const script = [
    ['IN_PROGRESS', 200],
    ['COMPLETED', 1500],
  ] as const
  const api = await RunpodApi.open({ video: await remoteVideo(), script })
  onTestFinished(() => api[Symbol.asyncDispose]())
  return { env: api.env, tasks: () => api.jobs }
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a hub on a rented GPU', () => {
  it.each([
    ['Beam', openBeam],
    ['RunPod', openRunpod],
  ])('renders once however often it is killed: %s', async (_, open) => {
    const service = await open()
    const dataFolder = (await createTestFolder()).path('data')
    const patience = {
      INFINITETALK_LIMIT_LEASE_MS: '1s',
      INFINITETALK_LIMIT_WORKER_MAX_LOSSES: '100',
    }
    const serve = () => startWatchedHub(dataFolder, { ...service.env, ...patience })
    let hub = await serve()
    const ids: string[] = []
    for (let seed = 1; seed <= JOBS; seed += 1) {
      ids.push(await hub.submit({ ...REMOTE_SIZE, max_frames: 10, seed }))
    }
    for (let kills = 0; kills < KILLS; kills += 1) {
      await sleep(Math.random() * LONGEST_LIFE_MS)
      await hub.kill('SIGKILL')
      hub = await serve()
    }
    const jobs = []
    for (const id of ids) jobs.push(await hub.until(id, hasEnded, 600_000))
    const failed = jobs.filter(({ status }) => status !== 'succeeded')
    // A kill within a submission leaves one in doubt.
    for (const { error } of failed) expect(error?.code).toBe('engine_unreachable')
    const seeds = service.tasks().map(({ body }) => body.seed)
    expect(new Set(seeds).size).toBe(seeds.length)
    expect(seeds.length).toBeGreaterThanOrEqual(JOBS - failed.length)
    console.log(`${JOBS} jobs, ${KILLS} kills, ${seeds.length} tasks, ${failed.length} in doubt`)
  })
})
