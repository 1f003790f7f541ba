// A hub renders over the real comfy-api-proxy: the videos that it would render on the ComfyUI behind it, and nothing sent twice.
import { expect, it, onTestFinished } from 'vitest'
import { describeWithMaker } from '../../support/makers.ts'
import { createTestFolder } from '../../support/test-folder.ts'
import { wavFile } from '../../support/wav-file.ts'
import { type StandIn, type StandInOptions, startStandIn } from '../standin/stand-in.ts'
import {
  hasEnded,
  isSampling,
  type JobAnswer,
  startWatchedHub,
  type WatchedHub,
} from '../watched-hub.ts'
import { startApiProxy, TOKEN } from './proxy.ts'

interface Setting {
  readonly comfyui: StandIn
  serve(): Promise<WatchedHub>
}

async function set(options: StandInOptions = {}, key = TOKEN): Promise<Setting> {
  const comfyui = await startStandIn({ version: '0.33.0', ...options })
  onTestFinished(() => comfyui.close())
  const { url } = await startApiProxy(comfyui.url)
  const folder = await createTestFolder()
  return {
    comfyui,
    serve: () =>
      startWatchedHub(folder.path('data'), {
        COMFY_API_URL: url,
        COMFY_API_KEY: key,
        COMFYUI_WAIT: '1s',
        INFINITETALK_LIMIT_STOP_TIMEOUT_MS: '100ms',
      }),
  }
}

function talk(seconds: number) {
  const samples = Math.round(seconds * 16_000)
  const audio = { base64: wavFile({ sampleRate: 16_000, samples }).toString('base64') }
  return { audio, seed: 42, preset: 'draft' }
}

describeWithMaker('comfy', 'comfy-api-proxy', 'a hub and comfy-api-proxy', () => {
  it('render two windows, the picture sent once and the last frames handed over', async () => {
    const { comfyui, serve } = await set()
    const hub = await serve()
    const job = await hub.until(await hub.submit(talk(4.5)), hasEnded)
    expect(job).toMatchObject({
      status: 'succeeded',
      error: null,
      output: { video: { frames: 113 }, windows: { needed: 2, rendered: 2 } },
    })
    expect(comfyui.count('POST', '/prompt')).toBe(2)
    // The picture, the voice, and the frames between the windows.
    expect(comfyui.count('POST', '/upload/image')).toBe(3)
  })

  it('go on with the same render after the hub was killed', async () => {
    const { comfyui, serve } = await set({ msPerStep: 400 })
    const first = await serve()
    const id = await first.submit(talk(1))
    await first.until(id, isSampling)
    await first.kill('SIGKILL')
    expect(comfyui.control.queueLength()).toBe(1)
    const second = await serve()
    const job = await second.until(id, hasEnded)
    expect(job).toMatchObject({ status: 'succeeded', attempt: 2, error: null })
    expect(comfyui.count('POST', '/prompt')).toBe(1)
  })

  it('end the render of a job that is canceled', async () => {
    const { comfyui, serve } = await set({ msPerStep: 400 })
    const hub = await serve()
    const id = await hub.submit(talk(1))
    await hub.until(id, isSampling)
    await hub.cancel(id)
    expect(await hub.until(id, hasEnded)).toMatchObject({ status: 'canceled' })
    expect(comfyui.control.queueLength()).toBe(0)
  })

  it('tell the true cause of a failure, with its node', async () => {
    const message = 'Allocation on device 0 would exceed allowed memory. (out of memory)'
    const { serve } = await set({
      faults: { errorAt: { at: 0.5, exceptionType: 'torch.OutOfMemoryError', message, times: 9 } },
    })
    const hub = await serve()
    const job: JobAnswer = await hub.until(await hub.submit(talk(1)), hasEnded)
    expect(job).toMatchObject({ status: 'failed', error: { code: 'gpu_out_of_memory' } })
  })

  it('name the key when the proxy does not accept it', async () => {
    const { comfyui, serve } = await set({}, 'another-token')
    const hub = await serve()
    const job = await hub.until(await hub.submit(talk(1)), hasEnded)
    expect(job).toMatchObject({ status: 'failed', error: { code: 'engine_unavailable' } })
    expect(comfyui.count('POST', '/prompt')).toBe(0)
  })
})
