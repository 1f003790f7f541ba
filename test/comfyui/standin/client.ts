// The minimal client for tests of a stand-in without the engine: upload, submit, wait for the history, fetch the video.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { FFPROBE } from '../../support/shipped-tools.ts'
import { createTestFolder } from '../../support/test-folder.ts'
import type { Graph } from './graph.ts'
import type { StandIn } from './stand-in.ts'

const POLL_MS = 20

export interface Entry {
  readonly outputs: Readonly<Record<string, { readonly gifs?: readonly VideoFile[] } | undefined>>
  readonly status: { readonly status_str: string; readonly messages: readonly unknown[] }
}

export interface VideoFile {
  readonly filename: string
  readonly subfolder: string
  readonly type: string
}

export interface Submission {
  readonly promptId?: string
  readonly clientId?: string
}

export async function uploadFile(server: StandIn, name: string, content: Buffer): Promise<string> {
  const form = new FormData()
  form.set('image', new Blob([new Uint8Array(content)]), name)
  const response = await fetch(`${server.url}/upload/image`, { method: 'POST', body: form })
  const stored = (await response.json()) as { readonly name: string }
  return stored.name
}

export async function uploadPicture(server: StandIn, name: string): Promise<string> {
  const background = { r: 90, g: 120, b: 150 }
  const picture = sharp({ create: { width: 160, height: 120, channels: 3, background } })
  return await uploadFile(server, name, await picture.png().toBuffer())
}

export async function submit(
  server: StandIn,
  prompt: Graph,
  { promptId = randomUUID(), clientId = randomUUID() }: Submission = {},
): Promise<Response> {
  const body = JSON.stringify({ prompt, prompt_id: promptId, client_id: clientId })
  return await fetch(`${server.url}/prompt`, { method: 'POST', body })
}

/** The history entry, once it exists. */
export async function waitForEntry(server: StandIn, promptId: string): Promise<Entry> {
  for (;;) {
    const response = await fetch(`${server.url}/history/${promptId}`)
    const history = (await response.json()) as Readonly<Record<string, Entry>>
    const entry = history[promptId]
    if (entry !== undefined) return entry
    await sleep(POLL_MS)
  }
}

export async function submitAndWait(server: StandIn, prompt: Graph): Promise<Entry> {
  const promptId = randomUUID()
  const response = await submit(server, prompt, { promptId })
  if (response.status !== 200) throw new Error(await response.text())
  return await waitForEntry(server, promptId)
}

/** LoadImage and LoadAudio into a video: any ComfyUI with VideoHelperSuite can run it. */
export function plainImageGraph({ frames }: { readonly frames: number }): Graph {
  return {
    '1': { class_type: 'LoadImage', inputs: { image: 'face.png' } },
    '2': { class_type: 'RepeatImageBatch', inputs: { image: ['1', 0], amount: frames } },
    '3': { class_type: 'LoadAudio', inputs: { audio: 'voice.wav' } },
    '131': {
      class_type: 'VHS_VideoCombine',
      inputs: {
        images: ['2', 0],
        audio: ['3', 0],
        frame_rate: 25,
        loop_count: 0,
        filename_prefix: 'plain',
        format: 'video/h264-mp4',
        pix_fmt: 'yuv420p',
        crf: 19,
        save_metadata: false,
        trim_to_audio: true,
        pingpong: false,
        save_output: false,
      },
    },
  }
}

export interface ProbedVideo {
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly videoSeconds: number
  /** Null: no sound. */
  readonly audioSeconds: number | null
}

interface ProbedStream {
  readonly codec_type: string
  readonly width?: number
  readonly height?: number
  readonly nb_frames: string
  readonly duration: string
}

/** Measures the file that /view serves. */
export async function probeVideo(
  server: StandIn,
  video: VideoFile | undefined,
): Promise<ProbedVideo> {
  if (video === undefined) throw new Error('no video')
  const { filename, subfolder, type } = video
  const query = new URLSearchParams({ filename, subfolder, type })
  const response = await fetch(`${server.url}/view?${query}`)
  const file = (await createTestFolder()).path('video.mp4')
  await writeFile(file, Buffer.from(await response.arrayBuffer()))
  const entries = 'stream=codec_type,width,height,nb_frames,duration'
  const args = ['-v', 'error', '-show_entries', entries, '-of', 'json', file]
  const { stdout } = await promisify(execFile)(FFPROBE, args)
  const { streams }: { streams: readonly ProbedStream[] } = JSON.parse(stdout)
  const picture = streams.find((stream) => stream.codec_type === 'video')
  const sound = streams.find((stream) => stream.codec_type === 'audio')
  return {
    width: picture?.width ?? 0,
    height: picture?.height ?? 0,
    frames: Number(picture?.nb_frames),
    videoSeconds: Number(picture?.duration),
    audioSeconds: sound === undefined ? null : Number(sound.duration),
  }
}
