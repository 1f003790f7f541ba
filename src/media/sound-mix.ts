// The sound of the finished video: the original voices, each as loud as it was, mixed when there are several, cut or
// filled with silence to the sample. It uses only filters that ffmpeg of 2018 has.

import { runTool, type ToolOptions } from './run-tool.ts'
import type { Tool } from './tool.ts'

export const SOUND_SAMPLE_RATE = 48_000

export interface Voice {
  /** The file as an input of ffmpeg. */
  readonly input: readonly string[]
  readonly channels: number
}

export interface SoundMix {
  readonly voices: number
  /** Filter graph that takes the first audio track of each input from `firstInput` on and ends in `[sound]`. */
  filter(firstInput: number, gain: number): string
}

export function planSoundMix(
  voices: readonly Pick<Voice, 'channels'>[],
  seconds: number,
): SoundMix {
  const count = voices.length
  const samples = Math.round(seconds * SOUND_SAMPLE_RATE)
  const voiceFilter = ({ channels }: Pick<Voice, 'channels'>): string =>
    [
      // Samples end to end, without their time stamps, like the staged voice that drives the lips.
      'asetpts=N/SR/TB',
      // By default, ffmpeg makes mono 3 dB quieter when it converts it to stereo.
      ...(channels === 1 ? ['pan=stereo|c0=c0|c1=c0'] : []),
      `aresample=${SOUND_SAMPLE_RATE}`,
      'aformat=sample_fmts=fltp:channel_layouts=stereo',
      'apad',
      `atrim=end_sample=${samples}`,
    ].join(',')
  return {
    voices: count,
    filter: (firstInput, gain) => {
      const output = (index: number): string => (count === 1 ? '[sound]' : `[voice${index}]`)
      const chains = voices.map(
        (voice, index) => `[${firstInput + index}:a:0]${voiceFilter(voice)}${output(index)}`,
      )
      if (count === 1) return chains.join(';')
      // amix divides by the number of its inputs; they are all of one length, so that number never changes.
      const mixer = `amix=inputs=${count}:duration=longest,volume=${count * gain}`
      return [...chains, `${voices.map((_, index) => output(index)).join('')}${mixer}[sound]`].join(
        ';',
      )
    },
  }
}

/** Decoded AAC may exceed its input slightly. */
const HEADROOM = 0.98

/**
 * The gain that keeps a mix of simultaneous speakers from clipping; 1 when it never clips. Measured over the whole length, because
 * older builds lack the filters for a limiter.
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
