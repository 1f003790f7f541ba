// The sound of the delivered video: the original voices as one track, always with the same encoder and the same settings, so that
// a growing video sounds like the finished file.
import type { MediaTools } from './media-tools.ts'
import { openSound } from './open-sound.ts'
import { probeSound } from './probe-sound.ts'
import type { ToolOptions } from './run-tool.ts'
import { measureGain, planSoundMix, SOUND_SAMPLE_RATE, type Voice } from './sound-mix.ts'

/**
 * The fast coefficient search takes 40 % of the default's time, and encoding AAC is most of the finishing step. At this bit rate
 * speech is transparent with either search.
 */
export const SOUND_ARGUMENTS = [
  ...['-c:a', 'aac', '-aac_coder', 'fast', '-b:a', '160k'],
  ...['-ar', String(SOUND_SAMPLE_RATE), '-ac', '2'],
]

export interface OriginalSound {
  /** The voices as inputs of ffmpeg. */
  readonly inputs: readonly string[]
  /** The filter graph that makes `[sound]` of them, when the first of them is this input. */
  filter(firstInput: number): string
}

/** @throws AppError `audio_*`, `tool_failed`, `tool_timeout`, `canceled` */
export async function openOriginalSound(
  paths: readonly string[],
  seconds: number,
  { tools, limits }: MediaTools,
  options: ToolOptions,
): Promise<OriginalSound> {
  const voices: Voice[] = []
  for (const path of paths) {
    const sound = await openSound(path, limits.audioMaxBytes, tools.ffprobe, options)
    const { channels } = await probeSound(tools.ffprobe, sound, options)
    voices.push({ input: sound.input, channels })
  }
  const inputs = voices.flatMap((voice) => voice.input)
  const mix = planSoundMix(voices, seconds)
  const gain = await measureGain(tools.ffmpeg, inputs, mix, options)
  return { inputs, filter: (firstInput) => mix.filter(firstInput, gain) }
}
