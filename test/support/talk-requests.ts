// One small request for each kind of video, in the flat form that clients of Beam and RunPod send: an image, a video, two speakers. The
// video needs a hub with a ComfyUI; the preview, which takes less time and no node packs, renders the others.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from './run-infinitetalk.ts'
import { FFMPEG } from './shipped-tools.ts'

export type FlatRequest = Readonly<Record<string, unknown>>

export interface TalkRequests {
  readonly i2v: FlatRequest
  readonly v2v: FlatRequest
  readonly two: FlatRequest
  readonly wrong: FlatRequest
  /** Renders until somebody ends it, on a ComfyUI that hangs. */
  readonly endless: FlatRequest
}

export const TALK_SECONDS = 0.4

export async function talkRequests(): Promise<TalkRequests> {
  const example = (name: string) => readFile(join(ROOT, 'examples', name), 'base64')
  const [image_base64, people, wav_base64, wav_base64_2] = await Promise.all(
    ['portrait.png', 'two-people.png', 'speech.wav', 'speech-second-speaker.wav'].map(example),
  )
  const voice = { wav_base64, prompt: 'A person talking naturally' }
  const size = { width: 128, height: 128, max_frame: TALK_SECONDS * 25 }
  const i2v = { input_type: 'image', image_base64, ...voice, ...size, engine: 'preview' }
  return {
    i2v,
    v2v: {
      input_type: 'video',
      video_base64: await portraitVideo(),
      ...voice,
      ...size,
      engine: 'comfyui',
    },
    two: { ...i2v, image_base64: people, person_count: 'multi', wav_base64_2 },
    wrong: { ...i2v, image_base64: '!' },
    endless: { ...i2v, engine: 'comfyui' },
  }
}

/** A second of a still portrait. */
async function portraitVideo(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-talk-'))
  try {
    const path = join(folder, 'still.mp4')
    const picture = ['-loop', '1', '-i', join(ROOT, 'examples/portrait.png'), '-t', '1']
    const video = ['-vf', 'scale=128:128', '-r', '25', '-c:v', 'libx264', '-pix_fmt', 'yuv420p']
    await promisify(execFile)(FFMPEG, ['-v', 'error', ...picture, ...video, path])
    return await readFile(path, 'base64')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
