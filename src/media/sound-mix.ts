// The sound of the finished video: the original voices, each as loud as it was, mixed when there are several, cut or
// filled with silence to the sample. The filters are those that ffmpeg of 2018 has too.

import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'

export const SOUND_SAMPLE_RATE = 48_000

export interface SoundMix {
  /** Filter graph that takes the first audio track of each input from `firstInput` on and ends in `[sound]`. */
  filter(firstInput: number, gain: number): string
  readonly voices: number
}

export function planSoundMix(voices: number, seconds: number): SoundMix {
  const samples = Math.round(seconds * SOUND_SAMPLE_RATE)
  // Samples end to end whatever their time stamps say: the staged voice, which drives the lips, was made the same way.
  const toStereo = `asetpts=N/SR/TB,aresample=${SOUND_SAMPLE_RATE},aformat=sample_fmts=fltp:channel_layouts=stereo`
  const toLength = `apad,atrim=end_sample=${samples}`
  return {
    voices,
    filter: (firstInput, gain) => {
      const indexes = Array.from({ length: voices }, (_, index) => index)
      const chains = indexes.map(
        (index) => `[${firstInput + index}:a:0]${toStereo},${toLength}[voice${index}]`,
      )
      if (voices === 1) return chains.join(';').replace('[voice0]', '[sound]')
      // amix divides by the number of its inputs; they are all of one length, so that number never changes.
      const inputs = indexes.map((index) => `[voice${index}]`).join('')
      const mix = `${inputs}amix=inputs=${voices}:duration=longest,volume=${voices * gain}[sound]`
      return [...chains, mix].join(';')
    },
  }
}

/** AAC may swing a little above what it was given. */
const HEADROOM = 0.98

/**
 * How much a mix must be turned down so that people who speak at the same time do not clip; 1 when they never do.
 * It is measured over the whole length, because a limiter would need filters that older builds lack.
 */
export async function measureGain(
  ffmpeg: Tool,
  inputs: readonly string[],
  mix: SoundMix,
  options: ToolOptions,
): Promise<number> {
  if (mix.voices < 2) return 1
  let peak = 0
  let rest: Buffer = Buffer.alloc(0)
  const takeSamples = (chunk: Buffer): void => {
    const bytes = Buffer.concat([rest, chunk])
    const whole = bytes.length - (bytes.length % 4)
    for (let offset = 0; offset < whole; offset += 4) {
      peak = Math.max(peak, Math.abs(bytes.readFloatLE(offset)))
    }
    rest = bytes.subarray(whole)
  }
  await runTool(
    ffmpeg,
    [...inputs, '-filter_complex', mix.filter(0, 1), '-map', '[sound]', '-f', 'f32le', 'pipe:1'],
    { ...options, onStdout: takeSamples, maxOutputBytes: Number.POSITIVE_INFINITY },
  )
  return peak > HEADROOM ? HEADROOM / peak : 1
}
