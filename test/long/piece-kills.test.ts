// A render in three pieces through which 15 kills go: at random moments the hub or one of three ComfyUIs is gone. Every frame is the
// very one of a render that nothing disturbed, and a kill costs at most the windows that were being rendered where it struck.
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/engines/preview/speech/seeded-random.ts'
import { frameHashes } from '../comfyui/media-facts.ts'
import { startStandInProcess } from '../comfyui/stand-in-process.ts'
import { hasEnded, startWatchedHub, type WatchedHub } from '../comfyui/watched-hub.ts'
import { voiceOf } from '../support/long-voice.ts'
import { createTestFolder } from '../support/test-folder.ts'

const PIECES = 3
const WINDOWS = 45
const FRAMES = 81 + 72 * (WINDOWS - 1)
const KILLS = 15
const TIMEOUT_MS = 1_800_000
/** Four steps of a window. */
const SPEED = { msPerStep: 500 }
const LONGEST_PEACE_MS = 3000
const DOWN_MS = 500

interface PiecesJob {
  readonly status: string
  readonly attempt: number
  readonly step?: { readonly window?: number } | null
  readonly output: {
    readonly video: { readonly frames: number }
    readonly windows: { readonly needed: number; readonly rendered: number }
  } | null
}

describe('a render in three pieces', () => {
  it(
    'is the same to the frame after 15 kills of its hub and ComfyUIs',
    async () => {
      const folder = await createTestFolder()
      const names = ['one', 'two', 'three']
      const servers = await Promise.all(
        names.map((name) => startStandInProcess(folder, name, { speed: SPEED })),
      )
      const settings = { COMFYUI_URL: servers.map(({ url }) => url).join(',') }
      const audio = { base64: (await voiceOf(FRAMES / 25)).toString('base64') }
      const request = { audio, seed: 42, preset: 'draft', pieces: PIECES }

      const calm = await startWatchedHub(folder.path('calm'), settings)
      const calmJob = await render(calm, request)
      const needed = calmJob.output!.windows.needed
      expect(calmJob.output!.windows).toEqual({ needed, rendered: needed, pieces: PIECES })
      const wanted = await frameHashes(await download(calm, calmJob.id, folder.path('calm.mp4')))
      expect(wanted).toHaveLength(FRAMES)
      await calm.kill('SIGKILL')

      const data = folder.path('data')
      let hub = await startWatchedHub(data, settings)
      const id = await hub.submit(request)
      const random = seededRandom(15)
      const killed = { hub: 0, ComfyUI: 0 }
      for (let kill = 0; kill < KILLS; kill += 1) {
        const from = 1 + Math.floor((kill * (needed - 6)) / KILLS)
        await hub.until(
          id,
          (job) => hasEnded(job) || ((job as unknown as PiecesJob).step?.window ?? 0) >= from,
          TIMEOUT_MS,
        )
        await sleep(random() * LONGEST_PEACE_MS)
        if (hasEnded(await hub.get(id))) break
        if (random() < 0.4) {
          await hub.kill('SIGKILL')
          hub = await startWatchedHub(data, settings)
          killed.hub += 1
        } else {
          const server = servers[Math.floor(random() * servers.length)]!
          await server.kill()
          await sleep(DOWN_MS)
          await server.start()
          killed.ComfyUI += 1
        }
      }
      const job = (await hub.until(id, hasEnded, TIMEOUT_MS)) as unknown as PiecesJob
      console.log({ killed, attempts: job.attempt, windows: job.output?.windows })
      expect(job).toMatchObject({ status: 'succeeded', error: null })
      expect(killed.hub + killed.ComfyUI).toBe(KILLS)
      const { video, windows } = job.output!
      expect(video.frames).toBe(FRAMES)
      expect(windows.needed).toBe(needed)
      expect(windows.rendered).toBeLessThanOrEqual(needed + PIECES * killed.hub + killed.ComfyUI)
      expect(await frameHashes(await download(hub, id, folder.path('killed.mp4')))).toEqual(wanted)
    },
    TIMEOUT_MS,
  )
})

async function render(hub: WatchedHub, request: object): Promise<PiecesJob & { id: string }> {
  const id = await hub.submit(request)
  const job = (await hub.until(id, hasEnded, TIMEOUT_MS)) as unknown as PiecesJob
  expect(job).toMatchObject({ status: 'succeeded', error: null })
  return { ...job, id }
}

async function download(hub: WatchedHub, id: string, path: string): Promise<string> {
  const video = await fetch(`${hub.url}/v1/jobs/${id}/video`)
  await pipeline(Readable.fromWeb(video.body as never), createWriteStream(path))
  return path
}
