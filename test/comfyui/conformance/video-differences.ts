// Two videos are alike when they have the same size, the same number of frames and sound of the same length.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FFPROBE } from '../../support/shipped-tools.ts'
import type { VideoEvent } from './recording.ts'

const FRAME_SECONDS = 1 / 25
/** One frame of AAC at 16 kHz is 64 ms. */
const SOUND_TOLERANCE_SECONDS = 0.065

interface ProbedStream {
  readonly codec_type: string
  readonly width?: number
  readonly height?: number
  readonly duration: string
}

export async function videoDifferences(
  recorded: VideoEvent,
  content: Buffer,
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'replayed-video-'))
  try {
    const file = join(folder, 'video.mp4')
    await writeFile(file, content)
    const entries = 'stream=codec_type,width,height,duration'
    const args = ['-v', 'error', '-show_entries', entries, '-of', 'json', file]
    const { stdout } = await promisify(execFile)(FFPROBE, args)
    const { streams }: { streams: readonly ProbedStream[] } = JSON.parse(stdout)
    return compare(recorded, streams)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function compare(recorded: VideoEvent, streams: readonly ProbedStream[]): readonly string[] {
  const video = streams.find((stream) => stream.codec_type === 'video')
  const sound = streams.find((stream) => stream.codec_type === 'audio')
  const found = [`${video?.width}x${video?.height}`, Number(video?.duration)] as const
  const wanted = [`${recorded.width}x${recorded.height}`, recorded.seconds] as const
  const differs: string[] = []
  if (found[0] !== wanted[0]) differs.push(`size: recorded ${wanted[0]}, ours ${found[0]}`)
  if (Math.abs(found[1] - wanted[1]) > FRAME_SECONDS / 2) {
    differs.push(`seconds of video: recorded ${wanted[1]}, ours ${found[1]}`)
  }
  const soundSeconds = sound === undefined ? null : Number(sound.duration)
  const gap = Math.abs((soundSeconds ?? 0) - (recorded.audioSeconds ?? 0))
  if (
    (soundSeconds === null) !== (recorded.audioSeconds === null) ||
    gap > SOUND_TOLERANCE_SECONDS
  ) {
    differs.push(`seconds of sound: recorded ${recorded.audioSeconds}, ours ${soundSeconds}`)
  }
  return differs
}
