// The facts of a file's first audio track, as ffprobe tells them. Its duration is a claim of the header: how long a voice
// is, is counted in decoded samples.
import { AppError } from '../domain/errors.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'

export interface SoundFacts {
  readonly codec: string
  readonly sampleRate: number
  readonly channels: number
  /** Null when the header does not say. */
  readonly claimedSeconds: number | null
}

/**
 * @param input from `inputArguments()`
 * @returns null when the file has no audio track
 * @throws AppError `tool_failed` when ffprobe cannot make sense of the file, `tool_timeout`, `canceled`
 */
export async function probeSound(
  ffprobe: Tool,
  input: readonly string[],
  options: ToolOptions,
): Promise<SoundFacts | null> {
  const entries = 'stream=codec_name,sample_rate,channels,duration'
  const { stdout } = await runTool(
    ffprobe,
    ['-select_streams', 'a:0', '-show_entries', entries, '-of', 'json', ...input],
    options,
  )
  const [stream] = (JSON.parse(stdout.toString('utf8')) as ProbedStreams).streams ?? []
  if (stream === undefined) return null
  const seconds = Number(stream.duration)
  return {
    codec: stream.codec_name ?? 'unknown',
    sampleRate: Number(stream.sample_rate ?? 0),
    channels: stream.channels ?? 0,
    claimedSeconds: Number.isFinite(seconds) ? seconds : null,
  }
}

/** @param name of the file, for the sentence */
export function noAudioTrack(name: string): AppError {
  return new AppError('audio_missing', `${name} has no audio track.`)
}

interface ProbedStreams {
  readonly streams?: readonly {
    readonly codec_name?: string
    readonly sample_rate?: string
    readonly channels?: number
    readonly duration?: string
  }[]
}
