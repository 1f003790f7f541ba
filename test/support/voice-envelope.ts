// The loudness of a voice, frame by frame, in the band that opens mouths: 500 to 3500 Hz, where vowels have their formants. It is
// computed here from the samples, apart from the engine's own analysis: a measure must not share its faults.

import { runTool } from '../../src/media/run-tool.ts'
import type { Tool } from '../../src/media/tool.ts'
import { fileArgument } from '../../src/media/tool-command.ts'

const SAMPLE_RATE = 16_000
const WINDOW = 512
const HOPS_PER_FRAME = 4
const BAND_HZ = [500, 3500] as const
/** A frame this far below the loudest is silence: a mouth cannot be more than shut. */
const FLOOR_DB = 35
/** An hour of 16-bit samples. */
const MAX_OUTPUT_BYTES = 3600 * SAMPLE_RATE * 2

/** One level per frame, in dB, floored at 35 dB below the loudest. The last frame may be partial. */
export async function voiceEnvelope(path: string, fps: number, ffmpeg: Tool): Promise<number[]> {
  const { stdout } = await runTool(
    ffmpeg,
    ['-i', fileArgument(path), '-vn', '-ac', '1', '-ar', `${SAMPLE_RATE}`, '-f', 's16le', '-'],
    {
      signal: new AbortController().signal,
      timeoutMs: 60_000,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    },
  )
  const samples = new Int16Array(stdout.buffer.slice(stdout.byteOffset), 0, stdout.length >> 1)
  const hop = SAMPLE_RATE / fps / HOPS_PER_FRAME
  const frames = Math.ceil(samples.length / (hop * HOPS_PER_FRAME))
  const levels = Array.from({ length: frames }, (_, frame) => {
    let power = 0
    for (let i = 0; i < HOPS_PER_FRAME; i++) {
      const center = (frame * HOPS_PER_FRAME + i + 0.5) * hop
      power += bandPower(samples, Math.round(center - WINDOW / 2))
    }
    return 10 * Math.log10(power + Number.MIN_VALUE)
  })
  const floor = Math.max(...levels) - FLOOR_DB
  return levels.map((level) => Math.max(level, floor))
}

/** Power within the band of one Hann window; outside the recording there is silence. */
function bandPower(samples: Int16Array, start: number): number {
  const real = new Float64Array(WINDOW)
  const imaginary = new Float64Array(WINDOW)
  for (let i = 0; i < WINDOW; i++) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / WINDOW)
    real[i] = hann * (samples[start + i] ?? 0)
  }
  transform(real, imaginary)
  const [lowest, highest] = BAND_HZ.map((hertz) => Math.round((hertz * WINDOW) / SAMPLE_RATE))
  let power = 0
  for (let bin = lowest!; bin < highest!; bin++) power += real[bin]! ** 2 + imaginary[bin]! ** 2
  return power
}

/** The discrete Fourier transform in place, by halves; the length is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length
  if (length === 1) return
  const half = length / 2
  const evens = [new Float64Array(half), new Float64Array(half)] as const
  const odds = [new Float64Array(half), new Float64Array(half)] as const
  for (let i = 0; i < half; i++) {
    evens[0][i] = real[2 * i]!
    evens[1][i] = imaginary[2 * i]!
    odds[0][i] = real[2 * i + 1]!
    odds[1][i] = imaginary[2 * i + 1]!
  }
  transform(...evens)
  transform(...odds)
  for (let bin = 0; bin < half; bin++) {
    const angle = (-2 * Math.PI * bin) / length
    const turnedReal = odds[0][bin]! * Math.cos(angle) - odds[1][bin]! * Math.sin(angle)
    const turnedImaginary = odds[0][bin]! * Math.sin(angle) + odds[1][bin]! * Math.cos(angle)
    real[bin] = evens[0][bin]! + turnedReal
    imaginary[bin] = evens[1][bin]! + turnedImaginary
    real[bin + half] = evens[0][bin]! - turnedReal
    imaginary[bin + half] = evens[1][bin]! - turnedImaginary
  }
}
