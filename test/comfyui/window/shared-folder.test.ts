// A render of the node packs can be watched while it grows where the hub and ComfyUI share a folder: one prompt, whose windows are kept
// as it saves them, through the death of the hub.
import { mkdtempSync } from 'node:fs'
import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@infinitetalk/client'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { describeWith } from '../../support/requires.ts'
import { startHub } from '../../support/serving-hub.ts'
import { createTestFolder, type TestFolder } from '../../support/test-folder.ts'
import { json, startTestHub } from '../../support/test-hub.ts'
import { frameNumbers, numbersOf } from '../numbered-frames.ts'
import { LENGTHS, renderSuite } from '../render-suite.ts'
import { installStandIn } from '../standin/install.ts'
import { type StandIn, startStandIn } from '../standin/stand-in.ts'
import { hasEnded, startWatchedHub, type WatchedHub } from '../watched-hub.ts'
import { codeOf, FRAMES, framesOf, until, WINDOWS, windowedRequest } from './growing-video.ts'

const SIDE = 64
const TIMEOUT_MS = 180_000

interface Shared {
  readonly comfyui: StandIn
  readonly folder: TestFolder
  /** Settings of a hub that shares the folder with it. */
  readonly env: Readonly<Record<string, string>>
  /** The folders of prompts in it. */
  left(): Promise<readonly string[]>
}

async function share(msPerStep: number): Promise<Shared> {
  const comfyui = await startStandIn({ msPerStep })
  onTestFinished(() => comfyui.close())
  const folder = await createTestFolder()
  const frames = folder.path('frames')
  await mkdir(frames)
  const env = {
    INFINITETALK_ENGINE: 'comfyui',
    COMFYUI_URL: comfyui.url,
    COMFYUI_FRAMES_DIR: frames,
  }
  return { comfyui, folder, env, left: () => readdir(frames) }
}

async function untilWindow(hub: WatchedHub, id: string): Promise<void> {
  await until(async () => (await hub.read(`/v1/jobs/${id}/stream.m3u8`)).includes('1.m4s'))
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a render of the node packs', () => {
  const frames = mkdtempSync(join(tmpdir(), 'shared-frames-'))
  afterAll(() => rm(frames, { recursive: true, force: true }))
  const env = { COMFYUI_FRAMES_DIR: frames }
  const open = async () => (await share(0)).comfyui
  const [, two] = LENGTHS
  renderSuite({ open, side: SIDE, timeoutMs: TIMEOUT_MS, env }, [
    { workflow: 'I2V_multi', length: two },
    { workflow: 'V2V_single', length: two },
  ])

  it(
    'grows as well on a ComfyUI of the hub’s own',
    async () => {
      const folder = await createTestFolder()
      const comfyui = await installStandIn(folder.path('ComfyUI'))
      const own = { INFINITETALK_ENGINE: 'comfyui', COMFYUI_DIR: comfyui.folder }
      await using hub = await startTestHub({ env: { ...own, ...env } })
      const id = await hub.submit(await windowedRequest())
      expect(await hub.ended(id, TIMEOUT_MS)).toMatchObject({ status: 'succeeded' })
      const stream = await createClient({ baseUrl: hub.url }).jobs.stream(id)
      expect(stream.windows).toHaveLength(WINDOWS)
      expect(await readdir(frames)).toEqual([])
    },
    TIMEOUT_MS,
  )

  it(
    'can be watched while it grows, and ends as the finished video',
    async () => {
      const { comfyui, folder, env, left } = await share(400)
      await using hub = await startTestHub({ env })
      const id = await hub.submit(await windowedRequest())
      const client = createClient({ baseUrl: hub.url })
      await until(async () => {
        const answer = await hub.fetch(`/v1/jobs/${id}/stream.m3u8`)
        return answer.ok && (await answer.text()).includes('2.m4s')
      })
      const growing = await client.jobs.stream(id)
      expect(growing).toMatchObject({ ended: false })
      const job = await client.jobs.get(id)
      expect(job).toMatchObject({ status: 'running', stage: 'sampling' })
      const soFar = folder.path('so-far.mp4')
      for (const url of [growing.head, ...growing.windows.map((window) => window.url)]) {
        const part = await fetch(url)
        await appendFile(soFar, Buffer.from(await part.arrayBuffer()))
      }
      const shown = await framesOf(soFar)
      expect(shown).toHaveLength(81 + 72 * (growing.windows.length - 1))

      const { output } = await client.jobs.wait(id)
      expect(output!.video).toMatchObject({ frames: FRAMES, width: SIDE, height: SIDE })
      const ended = await client.jobs.stream(id)
      expect(ended).toMatchObject({ ended: true })
      expect(ended.windows).toHaveLength(WINDOWS)
      const streamed = await framesOf(job.urls.stream)
      expect(streamed.slice(0, shown.length)).toEqual(shown)
      expect(await framesOf(output!.video.url)).toEqual(streamed)
      const file = folder.path('video.mp4')
      await writeFile(file, Buffer.from(await (await fetch(output!.video.url)).arrayBuffer()))
      expect(await frameNumbers(file, SIDE)).toEqual(numbersOf(FRAMES, SIDE))
      expect(comfyui.count('POST', '/prompt')).toBe(1)
      expect(comfyui.control.historyIds()).toEqual([])
      expect(await left()).toEqual([])

      // No other prompt can go on with them.
      const again = await hub.fetch(`/v1/jobs/${id}/retake`, json({ from_s: 4 }))
      expect(await codeOf(again)).toEqual([409, 'windows_not_kept'])
    },
    TIMEOUT_MS,
  )

  it(
    'goes on after its hub was killed, with the same prompt and the windows that are kept',
    async () => {
      const { comfyui, folder, env, left } = await share(400)
      const first = await startWatchedHub(folder.path('data'), env)
      const id = await first.submit(await windowedRequest())
      await untilWindow(first, id)
      await first.kill('SIGKILL')
      expect(await left()).toHaveLength(1)

      const second = await startWatchedHub(folder.path('data'), env)
      const job = await second.until(id, hasEnded)
      expect(job).toMatchObject({ status: 'succeeded', attempt: 2, error: null })
      const file = folder.path('video.mp4')
      const video = await fetch(`${second.url}/v1/jobs/${id}/video`)
      await writeFile(file, Buffer.from(await video.arrayBuffer()))
      expect(await frameNumbers(file, SIDE)).toEqual(numbersOf(FRAMES, SIDE))
      expect(comfyui.count('POST', '/prompt')).toBe(1)
      expect(await left()).toEqual([])
    },
    TIMEOUT_MS,
  )

  it(
    'leaves nothing when it is canceled, running or between two attempts',
    async () => {
      const { folder, env, left } = await share(400)
      const first = await startWatchedHub(folder.path('data'), env)
      const running = await first.submit(await windowedRequest())
      await untilWindow(first, running)
      await first.cancel(running)
      expect(await first.until(running, hasEnded)).toMatchObject({ status: 'canceled' })
      expect(await left()).toEqual([])

      const orphan = await first.submit(await windowedRequest())
      await untilWindow(first, orphan)
      await first.kill('SIGKILL')
      expect(await left()).toHaveLength(1)
      const second = await startHub({
        dataFolder: folder.path('data'),
        words: ['--no-worker'],
        env: { ...env, INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB' },
      })
      await fetch(`${second.url}/v1/jobs/${orphan}/cancel`, { method: 'POST' })
      await expect.poll(left, { timeout: 30_000 }).toEqual([])
    },
    TIMEOUT_MS,
  )
})
