// A hub with a ComfyUI of its own, real processes all of them: one dies, is started again, or is found again, and the caller
// gets the video or the true reason.
import { expect, it, onTestFinished } from 'vitest'
import { identityOf } from '../../src/engines/comfyui/supervise/process-identity.ts'
import { describeWith } from '../support/requires.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { type InstallOptions, installStandIn, type StandInInstallation } from './standin/install.ts'
import {
  DEADLINE_MS,
  hasEnded,
  isSampling,
  startWatchedHub,
  type WatchedHub,
} from './watched-hub.ts'

async function install(options: InstallOptions) {
  const folder = await createTestFolder()
  const comfyui = await installStandIn(folder.path('ComfyUI'), options)
  // A hub that was killed has ended nothing.
  onTestFinished(async () => {
    for (const { pid } of await comfyui.starts()) {
      if ((await identityOf(pid)) !== null) process.kill(pid, 'SIGKILL')
    }
  })
  return { folder, comfyui }
}

function serve(folder: TestFolder, comfyui: StandInInstallation): Promise<WatchedHub> {
  return startWatchedHub(folder.path('data'), { COMFYUI_DIR: comfyui.folder })
}

const diesAt = (at: number) => ({ faults: { dieAt: { at, downMs: null } } })

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a hub that owns a ComfyUI', () => {
  it(
    'fault 91: renders anew in a new one after it was killed at the end of the render',
    async () => {
      const { folder, comfyui } = await install({ starts: [diesAt(0.99), {}] })
      const hub = await serve(folder, comfyui)
      const job = await hub.until(await hub.submit(), hasEnded)
      expect(job).toMatchObject({ status: 'succeeded', attempt: 2, error: null })
      expect(await comfyui.starts()).toHaveLength(2)
      await hub.kill('SIGTERM')
      for (const { pid } of await comfyui.starts()) expect(await identityOf(pid)).toBeNull()
    },
    DEADLINE_MS,
  )

  it(
    'fault 91: says how it ended when it is killed once more, at 0.1 and at 0.5 of the render',
    async () => {
      const { folder, comfyui } = await install({ starts: [diesAt(0.1), diesAt(0.5)] })
      const hub = await serve(folder, comfyui)
      const job = await hub.until(await hub.submit(), hasEnded)
      expect(job).toMatchObject({ status: 'failed', attempt: 2, error: { code: 'engine_crashed' } })
      expect(job.error?.message).toContain('it was ended by SIGKILL')
      expect(await comfyui.starts()).toHaveLength(2)
    },
    DEADLINE_MS,
  )

  it(
    'fault 90: says the last words of one that does not start',
    async () => {
      const log = 'RuntimeError: Found no NVIDIA driver on your system.'
      const { folder, comfyui } = await install({ starts: [{ exit: { code: 1, log } }] })
      const hub = await serve(folder, comfyui)
      const job = await hub.until(await hub.submit(), hasEnded)
      expect(job).toMatchObject({ status: 'failed', error: { code: 'engine_start_failed' } })
      expect(job.error?.message).toContain('exited with code 1')
      expect(job.error?.message).toContain('Found no NVIDIA driver')
    },
    DEADLINE_MS,
  )

  it(
    'starts it again when it has lost its GPU',
    async () => {
      const exceptionType = 'torch.AcceleratorError'
      const message = 'CUDA error: an illegal memory access was encountered'
      const poisoned = { faults: { errorAt: { at: 0.5, exceptionType, message } } }
      const { folder, comfyui } = await install({ starts: [poisoned, {}] })
      const hub = await serve(folder, comfyui)
      const first = await hub.until(await hub.submit(), hasEnded)
      expect(first).toMatchObject({ status: 'failed', error: { code: 'engine_failed' } })
      expect(first.error?.message).toContain('lost the GPU')
      const second = await hub.until(await hub.submit(), hasEnded)
      expect(second).toMatchObject({ status: 'succeeded', attempt: 1 })
      expect(await comfyui.starts()).toHaveLength(2)
    },
    DEADLINE_MS,
  )

  it(
    'killed, finds it and its render again when it is started again',
    async () => {
      const options = { version: '0.3.64', speed: { msPerStep: 250 } } as const
      const { folder, comfyui } = await install(options)
      const first = await serve(folder, comfyui)
      const id = await first.submit()
      await first.until(id, isSampling)
      await first.kill('SIGKILL')

      const second = await serve(folder, comfyui)
      const job = await second.until(id, hasEnded)
      expect(job).toMatchObject({ status: 'succeeded', attempt: 2, error: null })
      expect(await comfyui.starts()).toHaveLength(1)
    },
    DEADLINE_MS,
  )
})
