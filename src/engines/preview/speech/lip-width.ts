// Lips spread (i) or rounded (o, u). Rounding the lips empties the band of the second formant, in every language; the tilt
// between the formants' bands, within this speaker's own range, and the visemes vote together.
import { clamp, smoothRamp } from './ramps.ts'
import { smooth } from './smoothing.ts'
import type { SpeechFeatures } from './speech-features.ts'
import { decibels, type SpeechLevel } from './speech-level.ts'
import type { VisemeMix } from './viseme-mix.ts'

const TILT_SIGMA_HOPS = 2
const TILT_SHARE = 0.65
const VISEME_SHARE = 0.8
const MOST_SPREAD_BY_TILT = 0.9
const MOST_ROUNDED_BY_TILT = 1.1

/** s and sh carry most of their power above the formants: their tilt says nothing, the teeth show a little. */
const HISS_SHARE = 2.5
const HISS_WIDTH = 0.35

/** Only clear vowels say how far this speaker's tilt swings; a monotone gets at least this range. */
const CLEAR_EFFORT = 0.4
const MIN_TILT_RANGE_DB = 3

/** -1 rounded to 1 spread, one value per hop; 0 where nobody speaks. */
export function lipWidth(
  features: SpeechFeatures,
  { effort }: SpeechLevel,
  mix: VisemeMix,
): Float32Array {
  const { low, mid, high, firstFormant, secondFormant } = features
  const isHiss = high.map((power, i) => (HISS_SHARE * power > mid[i]! + low[i]! ? 1 : 0))
  const tilt = secondFormant.map((power, i) => decibels(power) - decibels(firstFormant[i]!))

  const clear = tilt.filter((_, i) => effort[i]! > CLEAR_EFFORT && isHiss[i] === 0).sort()
  const middle = quantile(clear, 0.5)
  const rangeUp = Math.max(MIN_TILT_RANGE_DB, quantile(clear, 0.9) - middle)
  const rangeDown = Math.max(MIN_TILT_RANGE_DB, middle - quantile(clear, 0.1))
  const widthOfTilt = (offset: number): number =>
    offset > 0
      ? MOST_SPREAD_BY_TILT * Math.min(1, offset / rangeUp)
      : Math.max(-MOST_ROUNDED_BY_TILT, offset / rangeDown)

  return smooth(tilt, TILT_SIGMA_HOPS).map((tiltDb, i) => {
    const byTilt = isHiss[i] === 1 ? HISS_WIDTH : widthOfTilt(tiltDb - middle)
    const width = clamp(TILT_SHARE * byTilt + VISEME_SHARE * mix.wide[i]!, -1, 1)
    return width * smoothRamp(0.03, 0.3, effort[i]!)
  })
}

function quantile(sorted: Float32Array, fraction: number): number {
  return sorted[Math.floor(fraction * (sorted.length - 1))] ?? 0
}
