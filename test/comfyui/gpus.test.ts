// A hub with one ComfyUI of its own for each GPU, real processes: each sees its GPU and keeps its files apart, and one that dies
// costs the window it was in.
import type { BackendList } from '@infinitetalk/contract'
import { expect, it, onTestFinished } from 'vitest'
import { identityOf } from '../../src/engines/comfyui/supervise/process-identity.ts'
import { describeWith } from '../support/requires.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { wavFile } from '../support/wav-file.ts'
import { type InstallOptions, installStandIn } from './standin/install.ts'
import { DEADLINE_MS, hasEnded, startWatchedHub } from './watched-hub.ts'

async function serve(options: InstallOptions) {
  const folder = await createTestFolder()
  const comfyui = await installStandIn(folder.path('ComfyUI'), { version: '0.33.0', ...options })
  onTestFinished(async () => {
    for (const { pid } of await comfyui.starts()) {
      if ((await identityOf(pid)) !== null) process.kill(pid, 'SIGKILL')
    }
  })
  const hub = await startWatchedHub(folder.path('data'), {
    COMFYUI_DIR: comfyui.folder,
    COMFYUI_GPUS: '0,1',
  })
  const backends = async () =>
    (JSON.parse(await hub.read('/v1/backends')) as BackendList).data.map((one) => ({
      ...one,
      name: one.name.replace(comfyui.folder, 'ComfyUI'),
    }))
  return { comfyui, hub, backends }
}

/** Two windows. */
function request(seed: number): object {
  const samples = 16_000 * 4
  const audio = { base64: wavFile({ sampleRate: 16_000, samples }).toString('base64') }
  return { audio, preset: 'draft', seed }
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a hub with two GPUs', () => {
  it(
    'renders a job on each at once, each in a process that sees only its GPU',
    async () => {
      const { comfyui, hub, backends } = await serve({ speed: { msPerStep: 100 } })
      expect(await backends()).toMatchObject([
        { name: 'ComfyUI on GPU 0', state: 'ready', gpu: null, version: null },
        { name: 'ComfyUI on GPU 1', state: 'ready', gpu: null, version: null },
      ])
      const ids = [await hub.submit(request(1)), await hub.submit(request(2))]
      for (const id of ids) {
        const job = await hub.until(id, hasEnded)
        expect(job).toMatchObject({
          status: 'succeeded',
          output: { windows: { needed: 2, rendered: 2 } },
        })
      }
      const starts = await comfyui.starts()
      expect(starts.map(({ gpu }) => gpu).toSorted()).toEqual(['0', '1'])
      for (const { gpu, args } of starts) {
        const output = args[args.indexOf('--output-directory') + 1]
        expect(output).toMatch(new RegExp(`comfyui/gpu-${gpu}/output$`))
      }
      const done = { state: 'ready', jobs: 1, failures: 0, version: '0.33.0' }
      expect(await backends()).toMatchObject([done, done])
      await hub.kill('SIGTERM')
      for (const { pid } of starts) expect(await identityOf(pid)).toBeNull()
    },
    DEADLINE_MS,
  )

  it(
    'resumes on the other one, in the same attempt, when the process of one dies',
    async () => {
      const dies = { faults: { dieAt: { at: 0.5, downMs: null } } }
      const { comfyui, hub, backends } = await serve({ starts: [dies, {}] })
      const job = await hub.until(await hub.submit(request(3)), hasEnded)
      expect(job).toMatchObject({
        status: 'succeeded',
        attempt: 1,
        output: { windows: { needed: 2, rendered: 3 } },
      })
      expect((await comfyui.starts()).map(({ gpu }) => gpu)).toEqual(['0', '1'])
      expect(await backends()).toMatchObject([
        { failures: 1, consecutive_failures: 1, last_failure: { code: 'engine_crashed' } },
        { jobs: 1, failures: 0, workflow: 'I2V_window' },
      ])
    },
    DEADLINE_MS,
  )
})
