// Reads the facts of a file's first audio track from ffprobe. Its duration is a claim of the header: the length of a voice is
// counted in decoded samples.
import { AppError } from '../domain/errors.ts'
import { blameInput } from './blame-input.ts'
import type { SoundFile } from './open-sound.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'

export interface SoundFacts {
  readonly codec: string
  readonly sampleRate: number
  readonly channels: number
  /** null when the header states none. */
  readonly claimedSeconds: number | null
}

/** @throws AppError `audio_unreadable`, `audio_missing`, `tool_timeout`, `canceled` */
export async function probeSound(
  ffprobe: Tool,
  { name, input }: Pick<SoundFile, 'name' | 'input'>,
  options: ToolOptions,
): Promise<SoundFacts> {
  const entries = 'stream=codec_type,codec_name,sample_rate,channels,duration'
  const { stdout } = await blameInput(name, 'audio_unreadable', () =>
    runTool(ffprobe, ['-show_entries', entries, '-of', 'json', ...input], options),
  )
  const streams = (JSON.parse(stdout.toString('utf8')) as ProbedStreams).streams ?? []
  const stream = streams.find(({ codec_type }) => codec_type === 'audio')
  if (stream === undefined) {
    const isVideo = streams.some(({ codec_type }) => codec_type === 'video')
    const what = isVideo ? 'is a video without sound' : 'holds no sound'
    throw new AppError('audio_missing', `${name} ${what}.`)
  }
  const seconds = Number(stream.duration)
  return {
    codec: stream.codec_name ?? 'unknown',
    sampleRate: Number(stream.sample_rate ?? 0),
    channels: stream.channels ?? 0,
    claimedSeconds: Number.isFinite(seconds) ? seconds : null,
  }
}

interface ProbedStreams {
  readonly streams?: readonly {
    readonly codec_type?: string
    readonly codec_name?: string
    readonly sample_rate?: string
    readonly channels?: number
    readonly duration?: string
  }[]
}
