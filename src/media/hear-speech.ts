// Decides whether a voice holds speech at all: silence, the noise of a muted microphone and tones hold none. In doubt it
// answers "speech", because a false warning would be worse than a missing one.
import { PcmReader, SAMPLE_RATE_HZ } from './pcm-reader.ts'

/** 10 ms. */
const HOP = SAMPLE_RATE_HZ / 100
const WINDOW = 512
/** Two frequencies at once, as a telephone dials, follow from the four previous samples; speech does not. */
const PREDICTOR_ORDER = 4
const PRE_EMPHASIS = 0.97
const FULL_SCALE = 32_768

/** Decibels of full scale. Below lies the rounding of 16 bits: all of it counts as equally quiet. */
const FLOOR_DB = -95
/** Nothing that is always quieter than this was meant to be heard. */
const AUDIBLE_DB = -88
/** Clicks and pops are shorter than these hops together. */
const CLICK_HOPS = 5
/** The loudest part of the voice, but at most half a second, and its quietest part. */
const LOUD_SHARE = 0.06
const LOUD_HOPS = 50
const QUIET_SHARE = 0.06
/**
 * Decibels between loud and quiet. Measured: steady noise, hum and tones stay below 0.8; 40 voices, quiet, muffled, noisy
 * and synthetic ones among them, lie above 6, and above 1.4 in noise as strong as the voice.
 */
const LEAST_SWING_DB = 1.2
/** A hop is loud when it lies this near the loudest, in decibels. */
const NEAR_LOUD_DB = 15
/**
 * The part of the loud hops' power that no predictor explains, as a median. Measured: one or two tones leave less than
 * 0.00002, speech more than 0.0006 (0.01 unless its treble was cut).
 */
const LEAST_RESIDUAL = 0.0001

export interface SpeechMeasure {
  readonly swingDb: number
  readonly residual: number
}

/** @param path headerless 16 kHz mono s16le samples */
export async function hearsSpeech(path: string, signal: AbortSignal): Promise<boolean> {
  const { swingDb, residual } = await measureSpeech(path, signal)
  return swingDb >= LEAST_SWING_DB && residual >= LEAST_RESIDUAL
}

export async function measureSpeech(path: string, signal: AbortSignal): Promise<SpeechMeasure> {
  const { levels, residuals } = await measureHops(path, signal)
  const steady = withoutClicks(levels)
  const ranked = steady.toSorted((a, b) => a - b)
  const loudCount = Math.min(LOUD_HOPS, Math.floor(LOUD_SHARE * ranked.length))
  const loudDb = ranked[ranked.length - 1 - loudCount] ?? FLOOR_DB
  if (loudDb < AUDIBLE_DB) return { swingDb: 0, residual: 0 }
  const quietDb = ranked[Math.floor(QUIET_SHARE * ranked.length)]!
  const loud = residuals.filter((_, hop) => steady[hop]! > loudDb - NEAR_LOUD_DB)
  const middle = loud.toSorted((a, b) => a - b)[loud.length >> 1] ?? 0
  return { swingDb: loudDb - quietDb, residual: middle }
}

interface Hops {
  /** Decibels of full scale, high frequencies lifted: hum counts little. */
  readonly levels: number[]
  /** 0..1, the part of the power that cannot be predicted. */
  readonly residuals: number[]
}

async function measureHops(path: string, signal: AbortSignal): Promise<Hops> {
  const levels: number[] = []
  const residuals: number[] = []
  const window = new Float64Array(WINDOW)
  let filled = 0
  let last = 0
  await using reader = await PcmReader.open(path)
  for await (const samples of reader.blocks(signal)) {
    for (const sample of samples) {
      window[filled++] = (sample - PRE_EMPHASIS * last) / FULL_SCALE
      last = sample
      if (filled < WINDOW) continue
      const lags = autocorrelation(window)
      levels.push(Math.max(FLOOR_DB, 10 * Math.log10(lags[0]! / WINDOW)))
      residuals.push(unpredictable(lags))
      window.copyWithin(0, HOP)
      filled -= HOP
    }
  }
  return { levels, residuals }
}

const HANN = Float64Array.from(
  { length: WINDOW },
  (_, i) => Math.sin((Math.PI * (i + 0.5)) / WINDOW) ** 2,
)

function autocorrelation(window: Float64Array): Float64Array {
  const tapered = window.map((value, i) => value * HANN[i]!)
  return new Float64Array(PREDICTOR_ORDER + 1).map((_, lag) => {
    let sum = 0
    for (let i = lag; i < WINDOW; i++) sum += tapered[i]! * tapered[i - lag]!
    return sum
  })
}

/** Levinson-Durbin: what the best linear predictor leaves of the power. */
function unpredictable(lags: Float64Array): number {
  const power = lags[0]!
  if (power === 0) return 0
  let error = power
  let coefficients: number[] = []
  for (let order = 1; order <= PREDICTOR_ORDER && error > 0; order++) {
    const predicted = coefficients.reduce((sum, c, i) => sum + c * lags[order - 1 - i]!, 0)
    const reflection = (lags[order]! - predicted) / error
    coefficients = [
      ...coefficients.map((c, i) => c - reflection * coefficients[order - 2 - i]!),
      reflection,
    ]
    error *= 1 - reflection * reflection
  }
  return Math.max(0, error / power)
}

/** The loudest that holds for CLICK_HOPS hops in a row around each hop. */
function withoutClicks(levels: readonly number[]): number[] {
  const lowest = levels.map((_, i) => Math.min(...levels.slice(i, i + CLICK_HOPS)))
  return levels.map((_, i) => Math.max(...lowest.slice(Math.max(0, i - CLICK_HOPS + 1), i + 1)))
}
