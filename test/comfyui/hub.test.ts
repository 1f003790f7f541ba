// A hub and its ComfyUI, when one of them goes away in the middle: a render that goes on is taken up again and never paid for
// twice, one that is gone is begun anew once, and one that nobody wants any more is ended.
import { expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { startHub } from '../support/serving-hub.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { type StandIn, type StandInOptions, startStandIn } from './standin/stand-in.ts'
import {
  DEADLINE_MS,
  hasEnded,
  isSampling,
  startWatchedHub,
  type WatchedHub,
} from './watched-hub.ts'

async function openStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const comfyui = await startStandIn(options)
  onTestFinished(() => comfyui.close())
  return comfyui
}

function serve(comfyui: StandIn, dataFolder: string): Promise<WatchedHub> {
  const settings = { COMFYUI_URL: comfyui.url, INFINITETALK_LIMIT_STOP_TIMEOUT_MS: '100ms' }
  return startWatchedHub(dataFolder, settings)
}

/** A render may leave nothing on ComfyUI but empty files. */
async function expectTidy(comfyui: StandIn): Promise<void> {
  expect(comfyui.control.historyIds()).toEqual([])
  expect(comfyui.control.queueLength()).toBe(0)
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a hub and its ComfyUI', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'go on with the same render after the hub was ended by %s',
    async (signal) => {
      const comfyui = await openStandIn({ msPerStep: 250 })
      const folder = await createTestFolder()
      const first = await serve(comfyui, folder.path('data'))
      const id = await first.submit()
      await first.until(id, isSampling)
      await first.kill(signal)
      expect(comfyui.control.queueLength()).toBe(1)

      const second = await serve(comfyui, folder.path('data'))
      const job = await second.until(id, hasEnded)
      expect(job).toMatchObject({ status: 'succeeded', attempt: 2, error: null })
      expect(comfyui.count('POST', '/prompt')).toBe(1)
      await expectTidy(comfyui)
    },
    DEADLINE_MS,
  )

  it(
    'fault 91: begin a render anew once when ComfyUI dies, and say so when it dies again',
    async () => {
      const comfyui = await openStandIn({ faults: { dieAt: { at: 0.5, downMs: 300, times: 1 } } })
      const folder = await createTestFolder()
      const hub = await serve(comfyui, folder.path('data'))
      const survived = await hub.until(await hub.submit(), hasEnded)
      expect(survived).toMatchObject({ status: 'succeeded', attempt: 2 })
      expect(comfyui.count('POST', '/prompt')).toBe(2)

      comfyui.control.setFaults({ dieAt: { at: 0.5, downMs: 300, times: 9 } })
      const lost = await hub.until(await hub.submit(), hasEnded)
      expect(lost).toMatchObject({
        status: 'failed',
        attempt: 2,
        error: { code: 'engine_crashed' },
      })
      expect(comfyui.count('POST', '/prompt')).toBe(4)
    },
    DEADLINE_MS,
  )

  it(
    'fault 104: end the prompt of a job that is canceled, running or between two attempts',
    async () => {
      const comfyui = await openStandIn({ msPerStep: 250 })
      const folder = await createTestFolder()
      const first = await serve(comfyui, folder.path('data'))
      const running = await first.submit()
      await first.until(running, isSampling)
      await first.cancel(running)
      expect(await first.until(running, hasEnded)).toMatchObject({ status: 'canceled' })
      await expectTidy(comfyui)

      const orphan = await first.submit()
      await first.until(orphan, isSampling)
      await first.kill('SIGKILL')
      const second = await startHub({
        dataFolder: folder.path('data'),
        words: ['--no-worker'],
        env: { COMFYUI_URL: comfyui.url, INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB' },
      })
      await fetch(`${second.url}/v1/jobs/${orphan}/cancel`, { method: 'POST' })
      await expect.poll(() => comfyui.control.queueLength()).toBe(0)
    },
    DEADLINE_MS,
  )

  it(
    'tell the true cause of a failure, with its node',
    async () => {
      const exceptionType = 'torch.OutOfMemoryError'
      const message = 'Allocation on device 0 would exceed allowed memory. (out of memory)'
      const comfyui = await openStandIn({
        faults: { errorAt: { at: 0.5, exceptionType, message } },
      })
      const hub = await serve(comfyui, (await createTestFolder()).path('data'))
      const job = await hub.until(await hub.submit(), hasEnded)
      expect(job).toMatchObject({
        status: 'failed',
        attempt: 1,
        error: {
          code: 'gpu_out_of_memory',
          retryable: true,
          node: { id: '128', type: 'WanVideoSampler' },
        },
      })
      await expectTidy(comfyui)
    },
    DEADLINE_MS,
  )

  it('refuse at once a workflow that is not there and an option that it has no place for', async () => {
    const comfyui = await openStandIn()
    const hub = await serve(comfyui, (await createTestFolder()).path('data'))
    await expect(hub.submit({ workflow: 'I2V_singel' })).rejects.toThrow('workflow_not_found')
    await expect(hub.submit({ label: true })).rejects.toThrow('engine_unsupported')
    expect(comfyui.count('POST', '/prompt')).toBe(0)
  })
})
