// Converts any voice from outside to a form that every engine reads alike: FLAC, stereo, 16 bits, from its first sample on and no
// longer than the video.
import { rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { MediaJob } from '../app/ports/media.ts'
import { abortError } from '../async/abort-error.ts'
import { blameInput } from './blame-input.ts'
import type { MediaTools } from './media-tools.ts'
import { openSound } from './open-sound.ts'
import { probeSound } from './probe-sound.ts'
import { runInFolder } from './run-in-folder.ts'
import { runTool, type ToolOptions } from './run-tool.ts'
import { fileArgument } from './tool-command.ts'

export interface VoiceToConform {
  /** The original file, as `stageVoice()` was given it. */
  readonly path: string
  /** As `stageVoice()` chose it: a speech model mixes the channels it gets, so both carry this one. */
  readonly channel: 0 | 1 | null
  /** A longer voice is cut here; a shorter one stays as it is. */
  readonly seconds: number
  readonly sampleRate: number
  /** When the result would be larger, both sides carry the same sound, which takes half the space. */
  readonly maxBytes: number
}

/**
 * @returns the path of the FLAC, in a folder of its own in the job's
 * @throws AppError `audio_*`, `input_empty`, `tool_timeout`, `disk_full`, `canceled`
 */
export async function conformVoice(
  voice: VoiceToConform,
  { tools, limits }: MediaTools,
  job: MediaJob,
): Promise<string> {
  if (job.signal.aborted) throw abortError(job.signal)
  const options: ToolOptions = {
    signal: job.signal,
    timeoutMs: limits.jobTimeoutMs,
    maxMemoryBytes: limits.childMaxBytes,
  }
  const { name, input } = await openSound(voice.path, limits.audioMaxBytes, tools.ffprobe, options)
  const facts = await probeSound(tools.ffprobe, { name, input }, options)
  return blameInput(name, 'audio_unreadable', () =>
    runInFolder(job.workDir, 'spoken', async (folder) => {
      const path = join(folder, 'voice.flac')
      const filters = (mono: boolean): string[] => [
        // Samples end to end, without their time stamps, as when the voice was staged.
        'asetpts=N/SR/TB',
        ...spreadMono(voice.channel, facts.channels, mono),
        `aresample=${voice.sampleRate}`,
        'aformat=sample_fmts=s16:channel_layouts=stereo',
        `atrim=end_sample=${Math.round(voice.seconds * voice.sampleRate)}`,
      ]
      const encode = (mono: boolean, toPath: string): Promise<unknown> =>
        runTool(tools.ffmpeg, encodeArguments(input, filters(mono), toPath), options)
      await encode(false, path)
      if ((await stat(path)).size > voice.maxBytes) {
        const smaller = join(folder, 'smaller.flac')
        await encode(true, smaller)
        await rename(smaller, path)
      }
      return path
    }),
  )
}

/** Filters that put the same sound on both sides; none when the file keeps its two. */
function spreadMono(channel: 0 | 1 | null, channels: number, mono: boolean): string[] {
  if (channel !== null) {
    return ['aformat=channel_layouts=stereo', `pan=stereo|c0=c${channel}|c1=c${channel}`]
  }
  if (!mono && channels > 1) return []
  // By default, ffmpeg makes mono 3 dB quieter when it converts it to stereo.
  return [...(channels > 1 ? ['aformat=channel_layouts=mono'] : []), 'pan=stereo|c0=c0|c1=c0']
}

function encodeArguments(
  input: readonly string[],
  filters: readonly string[],
  path: string,
): string[] {
  return [
    ...[...input, '-map', '0:a:0', '-af', filters.join(',')],
    ...['-c:a', 'flac', '-map_metadata', '-1', '-map_chapters', '-1', '-f', 'flac'],
    fileArgument(path),
  ]
}
