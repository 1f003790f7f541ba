// A render in windows survives the death of the hub, the ComfyUI or the machine. The result equals the video of a render that
// nothing disturbed, and nothing that was finished is rendered again.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../../support/requires.ts'
import { createTestFolder } from '../../support/test-folder.ts'
import { wavFile } from '../../support/wav-file.ts'
import { type StandIn, type StandInOptions, startStandIn } from '../standin/stand-in.ts'
import { hasEnded, type JobAnswer, startWatchedHub, type WatchedHub } from '../watched-hub.ts'

const TIMEOUT_MS = 400_000
const WINDOWS = 3
/** 81 + 2 * 72 frames at 25 a second. */
const SECONDS = 9

interface WindowedAnswer extends JobAnswer {
  readonly step?: { readonly window?: number } | null
  readonly output:
    | (NonNullable<JobAnswer['output']> & {
        readonly video: { readonly sha256: string; readonly frames: number }
        readonly windows: { readonly needed: number; readonly rendered: number }
      })
    | null
}

async function openStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const comfyui = await startStandIn({ version: '0.33.0', ...options })
  onTestFinished(() => comfyui.close())
  return comfyui
}

function serve({ url }: StandIn, dataFolder: string): Promise<WatchedHub> {
  return startWatchedHub(dataFolder, {
    COMFYUI_URL: url,
    INFINITETALK_LIMIT_STOP_TIMEOUT_MS: '100ms',
  })
}

/** No workflow is named: the server has no node packs, so the graph by its own nodes is taken. */
async function submit(hub: WatchedHub): Promise<string> {
  const samples = Math.round(SECONDS * 16_000)
  const audio = { base64: wavFile({ sampleRate: 16_000, samples }).toString('base64') }
  return hub.submit({ audio, seed: 42, preset: 'draft' })
}

async function untilEnded(hub: WatchedHub, id: string): Promise<WindowedAnswer> {
  const job = (await hub.until(id, hasEnded)) as WindowedAnswer
  expect(job).toMatchObject({ status: 'succeeded', error: null })
  return job
}

async function untilWindow(hub: WatchedHub, id: string, window: number): Promise<void> {
  await hub.until(id, (job) => ((job as WindowedAnswer).step?.window ?? 0) >= window)
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a render in windows', () => {
  it(
    'comes out the same to the bit after its hub was killed, its ComfyUI died and it was moved to another machine',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'durable-'))
      onTestFinished(() => rm(folder, { recursive: true, force: true }))
      const calm = await openStandIn()
      const undisturbed = await serve(calm, join(folder, 'calm'))
      const wanted = (await untilEnded(undisturbed, await submit(undisturbed))).output!
      expect(wanted.windows).toEqual({ needed: WINDOWS, rendered: WINDOWS })
      expect(wanted.video.frames).toBe(Math.ceil(SECONDS * 25))
      expect(calm.control.historyIds()).toEqual([])

      const data = (await createTestFolder()).path('data')
      const slow = await openStandIn({ msPerStep: 150 })
      const first = await serve(slow, data)
      const id = await submit(first)
      await untilWindow(first, id, 2)
      await first.kill('SIGKILL')

      const second = await serve(slow, data)
      await untilWindow(second, id, 2)
      await slow.control.die(300)
      await untilWindow(second, id, 2)
      await second.kill('SIGKILL')

      const elsewhere = await openStandIn()
      const third = await serve(elsewhere, data)
      const { output } = await untilEnded(third, id)
      expect(output!.video.sha256).toBe(wanted.video.sha256)
      expect(output!.windows.needed).toBe(WINDOWS)
      // The hub that was killed cost none, the server that died and the move at most the window that each was in.
      expect(output!.windows.rendered).toBeLessThanOrEqual(WINDOWS + 2)
      expect(elsewhere.count('POST', '/prompt')).toBeLessThanOrEqual(WINDOWS - 1)
    },
    TIMEOUT_MS,
  )
})
