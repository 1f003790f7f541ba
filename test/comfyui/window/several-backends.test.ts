// Several ComfyUIs share the jobs of a hub. One that dies in the middle of a render costs the window it was in: the job goes on at
// once on another one, in the same attempt.
import type { BackendList } from '@infinitetalk/contract'
import { expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../../support/requires.ts'
import { createTestFolder } from '../../support/test-folder.ts'
import { wavFile } from '../../support/wav-file.ts'
import { type StandIn, type StandInOptions, startStandIn } from '../standin/stand-in.ts'
import { hasEnded, type JobAnswer, startWatchedHub } from '../watched-hub.ts'

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'several ComfyUIs', () => {
  it('take over from one that dies, and leave it out', async () => {
    const dying = await startStandIn({
      version: '0.33.0',
      faults: { dieAt: { at: 0.5, downMs: 200 } },
    })
    onTestFinished(() => dying.close())
    const other = await startStandIn({ version: '0.33.0' })
    onTestFinished(() => other.close())
    const hub = await startWatchedHub((await createTestFolder()).path('data'), {
      COMFYUI_URL: `${dying.url},${other.url}`,
    })
    const samples = 16_000 * 4
    const audio = { base64: wavFile({ sampleRate: 16_000, samples }).toString('base64') }
    const request = { audio, preset: 'draft', seed: 7 }
    const first = await hub.until(await hub.submit(request), hasEnded)
    expect(first).toMatchObject({
      status: 'succeeded',
      attempt: 1,
      output: { seed: 7, windows: { needed: 2, rendered: 3 } },
    })
    const second = await hub.until(await hub.submit(request), hasEnded)
    expect(second).toMatchObject({ output: { windows: { needed: 2, rendered: 2 } } })
    expect(dying.count('POST', '/prompt')).toBe(1)
    const { data } = JSON.parse(await hub.read('/v1/backends')) as BackendList
    expect(data).toMatchObject([
      {
        name: dying.url,
        state: expect.stringMatching(/^(left_out|proving)$/),
        failures: 1,
        consecutive_failures: 1,
        last_failure: { code: 'engine_crashed' },
      },
      {
        name: other.url,
        state: 'ready',
        jobs: 2,
        failures: 0,
        workflow: 'I2V_window',
        version: '0.33.0',
        gpu: { vram_free_bytes: 22 * 1024 ** 3 },
      },
    ])
    const metrics = await hub.read('/metrics')
    expect(metrics).toContain(
      `infinitetalk_backend_jobs_total{engine="comfyui",backend="${other.url}",code=""} 2`,
    )
    expect(metrics).toContain(`infinitetalk_backend_up{engine="comfyui",backend="${other.url}"} 1`)
  }, 120_000)

  it('go on with a render whose machine is gone after a window', async () => {
    const folder = await createTestFolder()
    const servers = [await openStandIn(), await openStandIn()]
    const hub = await startWatchedHub(folder.path('data'), {
      COMFYUI_URL: servers.map(({ url }) => url).join(','),
    })
    const samples = 16_000 * 7
    const audio = { base64: wavFile({ sampleRate: 16_000, samples }).toString('base64') }
    const id = await hub.submit({ audio, preset: 'draft', seed: 7 })
    // The last of the three may be over before it is seen.
    await hub.until(id, (job) => ((job as WindowedAnswer).step?.window ?? 0) >= 2)
    const busy = servers.find(({ control }) => control.queueLength() > 0) ?? servers[0]!
    await busy.control.die(null)
    const moved = await hub.until(id, hasEnded)
    expect(moved).toMatchObject({
      ...{ status: 'succeeded', attempt: 1, error: null },
      output: { video: { frames: 175 }, windows: { needed: 3 } },
    })
  }, 120_000)

  it('leave the one out on which every prompt fails, after one job', async () => {
    const broken = { exceptionType: 'SafetensorError', message: 'Error while deserializing header' }
    const poisoned = await openStandIn({ faults: { nodeErrors: { VAEDecode: broken } } })
    const well = await openStandIn()
    const hub = await startWatchedHub((await createTestFolder()).path('data'), {
      COMFYUI_URL: `${poisoned.url},${well.url}`,
    })
    for (const seed of [1, 2, 3]) {
      const job = await hub.until(await hub.submit({ preset: 'draft', seed }), hasEnded)
      expect(job).toMatchObject({ status: 'succeeded', attempt: 1, error: null })
    }
    expect(poisoned.count('POST', '/prompt')).toBe(1)
  }, 120_000)
})

interface WindowedAnswer extends JobAnswer {
  readonly step?: { readonly window?: number } | null
}

async function openStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const comfyui = await startStandIn({ version: '0.33.0', msPerStep: 100, ...options })
  onTestFinished(() => comfyui.close())
  return comfyui
}
