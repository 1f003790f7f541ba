// A render in windows of any length: exact frames, exactly the blobs that its windows are, and a hub that takes no more memory for
// an hour than for a minute.
import { createWriteStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect, it } from 'vitest'
import { findTools } from '../../src/media/find-tools.ts'
import { probeVideoFile } from '../comfyui/media-facts.ts'
import { startStandInProcess } from '../comfyui/stand-in-process.ts'
import { hasEnded, startWatchedHub, type WatchedHub } from '../comfyui/watched-hub.ts'
import { voiceOf } from '../support/long-voice.ts'
import { peakBytes, resetPeak, watchChildren } from '../support/process-memory.ts'
import { describeWith } from '../support/requires.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'

const MB = 1_000_000
const FPS = 25
const FRAME_SECONDS = 1 / FPS
const TIMEOUT_MS = 3 * 3_600_000
const MAX_GROWTH_BYTES = 20 * MB
/** 81 frames, then 72 for each further window. */
const secondsOf = (windows: number): number => (81 + 72 * (windows - 1)) / FPS

const SETTINGS = {
  INFINITETALK_LIMIT_LEASE_MS: '15s',
  INFINITETALK_LIMIT_AUDIO_MAX_SECONDS: '4000',
  INFINITETALK_LIMIT_JOB_TIMEOUT_MS: '4h',
}

interface Figures {
  readonly windows: number
  readonly frames: number
  readonly seconds: number
  readonly msPerWindow: number
  readonly hubMb: number
  readonly largestChildMb: number
  readonly blobs: number
}

async function startBoth(): Promise<{ hub: WatchedHub; folder: TestFolder }> {
  const folder = await createTestFolder()
  const speed = { msPerStep: 0, msPerWindow: 0 }
  const comfyui = await startStandInProcess(folder, 'ComfyUI', { speed })
  const hub = await startWatchedHub(folder.path('data'), { ...SETTINGS, COMFYUI_URL: comfyui.url })
  return { hub, folder }
}

/** Renders a voice of so many whole windows, and holds the video and the store to what they must be. */
async function renderExactly(
  windows: number,
  hub: WatchedHub,
  folder: TestFolder,
): Promise<Figures> {
  const voiceSeconds = secondsOf(windows)
  const frames = voiceSeconds * FPS
  await resetPeak(hub.pid)
  await using children = watchChildren(hub.pid)
  const sinceMs = performance.now()
  const fileId = await hub.upload(await voiceOf(voiceSeconds))
  const id = await hub.submit({ audio: { file_id: fileId }, seed: windows, preset: 'draft' })
  const job = await hub.until(id, hasEnded, TIMEOUT_MS)
  const elapsedMs = performance.now() - sinceMs
  const hubBytes = await peakBytes(hub.pid)
  expect(job).toMatchObject({
    status: 'succeeded',
    attempt: 1,
    output: { video: { frames }, windows: { needed: windows, rendered: windows } },
  })

  const path = folder.path('video.mp4')
  const video = await fetch(`${hub.url}/v1/jobs/${id}/video`)
  await pipeline(Readable.fromWeb(video.body as never), createWriteStream(path))
  const facts = probeVideoFile(path, await systemTools())
  expect(facts.frames).toBe(frames)
  expect(Math.abs(facts.videoSeconds - voiceSeconds)).toBeLessThan(FRAME_SECONDS / 2)
  expect(Math.abs(facts.audioSeconds - voiceSeconds)).toBeLessThan(FRAME_SECONDS)

  // The picture, the voice, the video and its poster; a segment for each window, and the frames that each hands over to the next. Two
  // windows or more also keep their encoded sound, unless the machine renders faster than it encodes.
  const blobs = await countBlobs(folder)
  const withoutSound = 4 + windows + (windows - 1)
  expect([0, windows > 1 ? 1 : 0]).toContain(blobs - withoutSound)
  for (const resource of [`jobs/${id}`, `files/${fileId}`]) {
    expect((await fetch(`${hub.url}/v1/${resource}`, { method: 'DELETE' })).status).toBe(204)
  }
  expect(await countBlobs(folder)).toBe(0)
  return {
    windows,
    frames,
    seconds: Math.round(elapsedMs / 1000),
    msPerWindow: Math.round(elapsedMs / windows),
    hubMb: Math.round(hubBytes / MB),
    largestChildMb: Math.round(children.peakBytes / MB),
    blobs,
  }
}

async function countBlobs(folder: TestFolder): Promise<number> {
  const names = await readdir(folder.path('data/blobs'), { recursive: true })
  return names.filter((name) => /^..\/[0-9a-f]{64}$/.test(name)).length
}

function systemTools() {
  return findTools({ ffmpegPath: null, ffprobePath: null, searchPath: process.env.PATH ?? '' })
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a render in windows', () => {
  it('has exact frames and exactly its blobs for 1, 2 and 3 windows', async () => {
    const { hub, folder } = await startBoth()
    for (const windows of [1, 2, 3]) console.log(await renderExactly(windows, hub, folder))
  })

  it.each([700, 1250])(
    'of %d windows takes no more memory than one of a minute',
    async (windows) => {
      const { hub, folder } = await startBoth()
      // The first render fills caches and compiles the code that all later ones run.
      await renderExactly(21, hub, folder)
      const minute = await renderExactly(21, hub, folder)
      const long = await renderExactly(windows, hub, folder)
      console.log('a minute:', minute, 'long:', long)
      expect((long.hubMb - minute.hubMb) * MB).toBeLessThan(MAX_GROWTH_BYTES)
    },
    TIMEOUT_MS,
  )
})
