// Decides whether a voice holds speech at all: silence, the noise of a muted microphone and tones hold none. In doubt it
// answers "speech", because a false warning would be worse than a missing one. A long voice is judged part by part, up to the first
// that holds speech, so that neither time nor memory grows with it.
import { PcmReader, SAMPLE_RATE_HZ } from './pcm-reader.ts'

/** 10 ms. */
const HOP = SAMPLE_RATE_HZ / 100
const WINDOW = 512
/** The four previous samples predict two frequencies at once, as a telephone dials; they do not predict speech. */
const PREDICTOR_ORDER = 4
const PRE_EMPHASIS = 0.97
const FULL_SCALE = 32_768

/** Decibels of full scale. The rounding of 16 bits lies below it: every quieter hop counts as equally quiet. */
const FLOOR_DB = -95
/** A recording that is always quieter than this was not meant to be heard. */
const AUDIBLE_DB = -88
/** Hops: clicks and pops are shorter. */
const CLICK_HOPS = 5
/** The loudest part of the voice, at most half a second, and its quietest part. */
const LOUD_SHARE = 0.06
const LOUD_HOPS = 50
const QUIET_SHARE = 0.06
/** Hops to either side. 110 ms together level out the flicker of noise and keep syllables. */
const SYLLABLE_REACH = 5
/** Hops to either side. Levels count relative to the half second around them, so that noise that fades in is no speech. */
const TREND_REACH = 25
/**
 * Decibels between loud and quiet, each relative to its half second. Measured on 42 voices and 35 recordings without speech:
 * noise, steady or fading in, stays below 0.6; speech in noise of its own strength reaches 1, all other voices exceed 4. Speech in
 * noise 10 dB stronger measures 0.4 and counts as noise: the lips could not follow it either.
 */
const MIN_SWING_DB = 0.8
/** A hop is loud when it lies this near the loudest, in decibels. */
const NEAR_LOUD_DB = 15
/**
 * The part of the loud hops' power that no predictor explains, as a median. Measured: one or two tones leave less than
 * 0.00002, speech more than 0.0006 (0.01 unless its treble was cut).
 */
const MIN_RESIDUAL = 0.0001

/** Hops that are judged at once: five minutes, longer than any recording that the thresholds were measured on. */
const PART_HOPS = 30_000

/** @param path headerless 16 kHz mono s16le samples */
export async function hearsSpeech(path: string, signal: AbortSignal): Promise<boolean> {
  for await (const part of partsOf(path, signal)) if (isSpeech(part)) return true
  return false
}

function isSpeech({ levels, residuals }: Hops): boolean {
  const steady = withoutClicks(levels)
  const loudDb = rangeOf(steady).loud
  if (loudDb < AUDIBLE_DB || swingOf(steady) < MIN_SWING_DB) return false
  const loud = residuals.filter((_, hop) => steady[hop]! > loudDb - NEAR_LOUD_DB)
  const residual = loud.toSorted((a, b) => a - b)[loud.length >> 1] ?? 0
  return residual >= MIN_RESIDUAL
}

/** Decibels between the loudest and the quietest syllables, each relative to the half second around it. */
function swingOf(levels: readonly number[]): number {
  const trend = movingMean(levels, TREND_REACH)
  const { loud, quiet } = rangeOf(
    movingMean(levels, SYLLABLE_REACH).map((level, hop) => level - trend[hop]!),
  )
  return loud - quiet
}

function rangeOf(levels: readonly number[]): { readonly loud: number; readonly quiet: number } {
  const ranked = levels.toSorted((a, b) => a - b)
  const loudCount = Math.min(LOUD_HOPS, Math.floor(LOUD_SHARE * ranked.length))
  return {
    loud: ranked[ranked.length - 1 - loudCount] ?? FLOOR_DB,
    quiet: ranked[Math.floor(QUIET_SHARE * ranked.length)] ?? FLOOR_DB,
  }
}

/** The mean of each level and its neighbours, `reach` of them to either side; fewer at the ends. */
function movingMean(levels: readonly number[], reach: number): number[] {
  const sums = [0]
  for (const level of levels) sums.push(sums.at(-1)! + level)
  return levels.map((_, hop) => {
    const from = Math.max(0, hop - reach)
    const to = Math.min(levels.length, hop + reach + 1)
    return (sums[to]! - sums[from]!) / (to - from)
  })
}

interface Hops {
  /** Decibels of full scale, after a filter that lifts high frequencies: hum counts little. */
  readonly levels: number[]
  /** 0..1, the part of the power that cannot be predicted. */
  readonly residuals: number[]
}

async function* partsOf(path: string, signal: AbortSignal): AsyncGenerator<Hops> {
  let levels: number[] = []
  let residuals: number[] = []
  const tapered = new Float64Array(WINDOW)
  const lags = new Float64Array(PREDICTOR_ORDER + 1)
  const window = new Float64Array(WINDOW)
  let filled = 0
  let last = 0
  await using reader = await PcmReader.open(path)
  for await (const samples of reader.blocks(signal)) {
    for (const sample of samples) {
      window[filled++] = (sample - PRE_EMPHASIS * last) / FULL_SCALE
      last = sample
      if (filled < WINDOW) continue
      autocorrelate(window, tapered, lags)
      levels.push(Math.max(FLOOR_DB, 10 * Math.log10(lags[0]! / WINDOW)))
      residuals.push(unpredictable(lags))
      window.copyWithin(0, HOP)
      filled -= HOP
      if (levels.length < PART_HOPS) continue
      yield { levels, residuals }
      levels = []
      residuals = []
    }
  }
  yield { levels, residuals }
}

const HANN = Float64Array.from(
  { length: WINDOW },
  (_, i) => Math.sin((Math.PI * (i + 0.5)) / WINDOW) ** 2,
)

/** Overwrites `tapered` and `lags`: new ones for each hop would be a gigabyte for half an hour. */
function autocorrelate(window: Float64Array, tapered: Float64Array, lags: Float64Array): void {
  for (let i = 0; i < WINDOW; i++) tapered[i] = window[i]! * HANN[i]!
  for (let lag = 0; lag < lags.length; lag++) {
    let sum = 0
    for (let i = lag; i < WINDOW; i++) sum += tapered[i]! * tapered[i - lag]!
    lags[lag] = sum
  }
}

/** Levinson-Durbin: the part of the power that the best linear predictor leaves. */
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

/** The loudest level that lasts for CLICK_HOPS hops in a row around each hop. */
function withoutClicks(levels: readonly number[]): number[] {
  const lowest = levels.map((_, i) => Math.min(...levels.slice(i, i + CLICK_HOPS)))
  return levels.map((_, i) => Math.max(...lowest.slice(Math.max(0, i - CLICK_HOPS + 1), i + 1)))
}
