// A hub renders over the real comfy-api-proxy: the videos that it would render on the ComfyUI behind it, and nothing sent twice.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { startApiProxy, TOKEN } from '../comfyui/service/proxy.ts'
import { startStandIn } from '../comfyui/standin/stand-in.ts'
import { hasEnded, isSampling, startWatchedHub } from '../comfyui/watched-hub.ts'
import { describeWithMaker } from '../support/makers.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { wavFile } from '../support/wav-file.ts'

/** Hubs start after each kill, and windows are rendered at leisure. */
const TIMEOUT_MS = 900_000
const KILLS = 6
const LONGEST_LIFE_MS = 2000

function talk(seconds: number) {
  const samples = Math.round(seconds * 16_000)
  const audio = { base64: wavFile({ sampleRate: 16_000, samples }).toString('base64') }
  return { audio, seed: 42, preset: 'draft' }
}

describeWithMaker('comfy', 'comfy-api-proxy', 'a hub and comfy-api-proxy', () => {
  it('render two windows though the hub is killed again and again, end what is canceled, and tell why a node fails', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const comfyui = await startStandIn({ version: '0.33.0', msPerStep: 1500 })
    onTestFinished(() => comfyui.close())
    const { url } = await startApiProxy(comfyui.url)
    const folder = await createTestFolder()
    const settings = {
      COMFY_API_URL: url,
      COMFY_API_KEY: TOKEN,
      INFINITETALK_LIMIT_WORKER_MAX_LOSSES: '100',
    }
    const serve = () => startWatchedHub(folder.path('data'), settings)

    const first = await serve()
    const killed = await first.submit(talk(4.5))
    await first.until(killed, isSampling)
    await first.kill('SIGKILL')
    expect(comfyui.control.queueLength()).toBe(1)
    for (let kills = 1; kills < KILLS; kills += 1) {
      const next = await serve()
      await next.until(killed, ({ attempt, status }) => attempt > kills && status === 'running')
      await sleep(Math.random() * LONGEST_LIFE_MS)
      await next.kill('SIGKILL')
    }
    const hub = await serve()
    expect(await hub.until(killed, hasEnded)).toMatchObject({
      ...{ status: 'succeeded', error: null },
      output: { video: { frames: 113 }, windows: { needed: 2, rendered: 2 } },
    })
    expect(comfyui.count('POST', '/prompt')).toBe(2)
    // The picture and the voice, each once for both attempts, and the frames between the windows.
    expect(comfyui.count('POST', '/upload/image')).toBe(3)

    const canceled = await hub.submit(talk(1))
    await hub.until(canceled, isSampling)
    await hub.cancel(canceled)
    expect(await hub.until(canceled, hasEnded)).toMatchObject({ status: 'canceled' })
    expect(comfyui.control.queueLength()).toBe(0)

    const message = 'Allocation on device 0 would exceed allowed memory. (out of memory)'
    comfyui.control.setFaults({
      errorAt: { at: 0.5, exceptionType: 'torch.OutOfMemoryError', message, times: 9 },
    })
    const failed = await hub.until(await hub.submit(talk(1)), hasEnded)
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'gpu_out_of_memory' } })
  })
})
