// Do the lips move with the voice? Compares the mouth opening in the frames of a finished video with the loudness of the voice at
// that time. As a control, the same openings shuffled in time must not correlate with it.
import type { Tools } from '../../src/media/tool.ts'
import { mouthOpenings } from './mouth-openings.ts'
import { voiceEnvelope } from './voice-envelope.ts'

export interface SyncMeasurement {
  /** The shift of the mouth with the highest correlation; positive when the mouth is behind the voice. */
  readonly lagFrames: number
  /** Pearson's r at that lag. */
  readonly correlation: number
  readonly correlationAtZero: number
  /** Mean r with the voice shuffled in time: near 0. */
  readonly shuffledControl: number
  readonly frames: number
  /** Gap between the lips as a fraction of the forehead's height, frame by frame. */
  readonly openings: readonly number[]
}

const FPS = 25
const MAX_LAG_FRAMES = 10
const SHUFFLES = 20

/** @param audioPath the recording that the video was made from, or the video itself for its sound */
export async function measureSync(
  mp4Path: string,
  audioPath: string,
  tools: Tools,
): Promise<SyncMeasurement> {
  const [openings, voice] = await Promise.all([
    mouthOpenings(mp4Path, tools),
    voiceEnvelope(audioPath, FPS, tools.ffmpeg),
  ])
  return compare(openings, voice)
}

/** @param voice one level per frame */
export function compare(openings: readonly number[], voice: readonly number[]): SyncMeasurement {
  const lags = Array.from({ length: 2 * MAX_LAG_FRAMES + 1 }, (_, i) => i - MAX_LAG_FRAMES)
  const byLag = lags.map((lag) => ({ lag, r: correlationAt(lag, openings, voice) }))
  const best = byLag.reduce((a, b) => (b.r > a.r ? b : a))
  const controls = Array.from({ length: SHUFFLES }, (_, seed) =>
    correlationAt(0, openings, shuffled(voice, seed + 1)),
  )
  return {
    lagFrames: best.lag,
    correlation: best.r,
    correlationAtZero: correlationAt(0, openings, voice),
    shuffledControl: controls.reduce((sum, r) => sum + r, 0) / SHUFFLES,
    frames: openings.length,
    openings,
  }
}

/** Pearson's r of the mouth `lag` frames after each level of the voice, over the frames that both have. */
function correlationAt(lag: number, openings: readonly number[], voice: readonly number[]): number {
  const first = Math.max(0, -lag)
  const end = Math.min(voice.length, openings.length - lag)
  const x = voice.slice(first, end)
  const y = openings.slice(first + lag, end + lag)
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length
  let covariance = 0
  let varianceX = 0
  let varianceY = 0
  for (let i = 0; i < x.length; i++) {
    covariance += (x[i]! - meanX) * (y[i]! - meanY)
    varianceX += (x[i]! - meanX) ** 2
    varianceY += (y[i]! - meanY) ** 2
  }
  // A mouth that never moves correlates with nothing.
  return covariance === 0 ? 0 : covariance / Math.sqrt(varianceX * varianceY)
}

/** Fisher and Yates, with a small generator of its own, so that every run shuffles alike. */
function shuffled(values: readonly number[], seed: number): number[] {
  const order = [...values]
  let state = seed
  for (let i = order.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = Math.floor((state / 2 ** 32) * (i + 1))
    ;[order[i], order[other]] = [order[other]!, order[i]!]
  }
  return order
}
