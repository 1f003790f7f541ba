// From what is heard to what the mouth does, every 10 ms. Loudness opens the jaw, the likely visemes say how far; the tilt
// of the spectrum, which needs no language, and the visemes together round or spread the lips; a deep dip in loudness
// between syllables closes them. The numbers were tuned on synthetic speech in English, German and Italian.
import { clamp, smoothRamp } from './ramps.ts'
import { slidingMax, smooth } from './smoothing.ts'
import type { SpeechFeatures } from './speech-features.ts'
import { decibels, type SpeechLevel } from './speech-level.ts'
import { VISEMES, type Viseme } from './viseme-classifier.ts'

/** One value per hop; the ranges are those of FacePose. */
export interface MouthCurves {
  readonly jaw: Float32Array
  readonly press: Float32Array
  readonly wide: Float32Array
  readonly upperLip: Float32Array
  readonly tongue: Float32Array
  readonly tuck: Float32Array
}

interface MouthShape {
  readonly open: number
  readonly wide: number
  readonly upperLip: number
  readonly tongue: number
}

/** What each viseme looks like when it is spoken clearly. */
const SHAPES: Readonly<Record<Exclude<Viseme, 'sil'>, MouthShape>> = {
  aa: { open: 1, wide: 0.05, upperLip: 0.35, tongue: 0 },
  E: { open: 0.66, wide: 0.45, upperLip: 0.4, tongue: 0.1 },
  I: { open: 0.36, wide: 0.85, upperLip: 0.45, tongue: 0.2 },
  O: { open: 0.78, wide: -0.75, upperLip: 0.1, tongue: 0 },
  U: { open: 0.34, wide: -1, upperLip: 0, tongue: 0 },
  PP: { open: 0, wide: 0, upperLip: 0, tongue: 0 },
  SS: { open: 0.18, wide: 0.45, upperLip: 0.65, tongue: 0.2 },
  TH: { open: 0.26, wide: 0.1, upperLip: 0.35, tongue: 0.9 },
  DD: { open: 0.26, wide: 0.2, upperLip: 0.35, tongue: 0.7 },
  FF: { open: 0.1, wide: 0.1, upperLip: 0.6, tongue: 0 },
  kk: { open: 0.4, wide: 0.1, upperLip: 0.25, tongue: 0.1 },
  nn: { open: 0.26, wide: 0.15, upperLip: 0.25, tongue: 0.8 },
  RR: { open: 0.38, wide: -0.3, upperLip: 0.1, tongue: 0.5 },
  CH: { open: 0.24, wide: -0.6, upperLip: 0.5, tongue: 0.2 },
}

/** Probabilities jump from hop to hop; lips do not. */
const SHAPE_SIGMA_HOPS = 2.2
const TILT_SIGMA_HOPS = 2
const BILABIAL_SIGMA_HOPS = 3

/** Smoothing of the finished curves: the jaw is quick, width changes slowly. */
const SIGMA_HOPS = { jaw: 2.6, press: 1.4, wide: 5, upperLip: 3.5, tongue: 4, tuck: 3 } as const

/** The likely visemes, mixed: how a mouth would look that spoke all of them in proportion. */
interface ShapeMix {
  readonly open: Float32Array
  readonly wide: Float32Array
  readonly upperLip: Float32Array
  readonly tongue: Float32Array
  /** Probabilities among the visemes that are not silence. */
  readonly bilabial: Float32Array
  readonly labiodental: Float32Array
}

export function drawMouthCurves(features: SpeechFeatures, level: SpeechLevel): MouthCurves {
  const mix = mixShapes(features)
  const press = closures(level, mix)
  const raw: MouthCurves = {
    press,
    jaw: jawOpening(level, mix),
    wide: lipWidth(features, level, mix),
    upperLip: mix.upperLip.map((lift, i) => lift * smoothRamp(0.02, 0.3, level.effort[i]!)),
    tongue: mix.tongue.map((lift, i) => lift * level.effort[i]!),
    tuck: mix.labiodental.map((probability, i) => {
      const audible = smoothRamp(0.02, 0.2, level.effort[i]! + 0.1)
      const tucked = clamp(1.6 * probability - 0.2, 0, 1)
      return tucked * audible * level.talking[i]! * (1 - press[i]!)
    }),
  }
  return {
    jaw: smooth(raw.jaw, SIGMA_HOPS.jaw),
    press: smooth(slidingMax(raw.press, 1), SIGMA_HOPS.press),
    wide: smooth(raw.wide, SIGMA_HOPS.wide),
    upperLip: smooth(raw.upperLip, SIGMA_HOPS.upperLip),
    tongue: smooth(raw.tongue, SIGMA_HOPS.tongue),
    tuck: smooth(raw.tuck, SIGMA_HOPS.tuck),
  }
}

function jawOpening({ effort, talking }: SpeechLevel, mix: ShapeMix): Float32Array {
  const bilabial = smooth(mix.bilabial, BILABIAL_SIGMA_HOPS)
  return effort.map((e, i) => {
    const openness = clamp(0.18 + mix.open[i]!, 0, 1.15)
    const spoken = e * (0.22 + 0.78 * e) * openness
    // Between two syllables the jaw does not snap shut, unless the lips may have to meet.
    const between =
      0.22 * talking[i]! * smoothRamp(0.02, 0.1, e) * (1 - smoothRamp(0.07, 0.14, bilabial[i]!))
    return Math.max(spoken, between)
  })
}

/** A dip by 7 to 15 dB inside speech is a closure; how likely p, b or m is says how firmly the lips press. */
function closures({ talking, dipDb }: SpeechLevel, mix: ShapeMix): Float32Array {
  return dipDb.map((dip, i) => {
    const firmness = 0.3 + 0.7 * clamp(2.2 * mix.bilabial[i]!, 0, 1)
    return talking[i]! * smoothRamp(7, 15, dip) * firmness
  })
}

/** Spread for i, rounded for o and u: by the tilt of the spectrum within this speaker's own range, and by the visemes. */
function lipWidth(features: SpeechFeatures, { effort }: SpeechLevel, mix: ShapeMix): Float32Array {
  const { low, mid, high, firstFormant, secondFormant } = features
  const isHiss = (i: number): boolean => HISS_SHARE * high[i]! > mid[i]! + low[i]!
  const tilt = secondFormant.map((power, i) => decibels(power) - decibels(firstFormant[i]!))
  const voiced = tilt.filter((_, i) => effort[i]! > VOICED_EFFORT && !isHiss(i)).sort()
  const middle = quantile(voiced, 0.5)
  const rangeUp = Math.max(MIN_TILT_RANGE_DB, quantile(voiced, 0.9) - middle)
  const rangeDown = Math.max(MIN_TILT_RANGE_DB, middle - quantile(voiced, 0.1))

  return smooth(tilt, TILT_SIGMA_HOPS).map((tiltDb, i) => {
    const offset = tiltDb - middle
    const byTilt = isHiss(i)
      ? HISS_WIDTH
      : offset > 0
        ? 0.9 * Math.min(1, offset / rangeUp)
        : -Math.min(1.1, -offset / rangeDown)
    const width = clamp(0.65 * byTilt + 0.8 * mix.wide[i]!, -1, 1)
    return width * smoothRamp(0.03, 0.3, effort[i]!)
  })
}

/** s and sh carry most of their power above the formants. */
const HISS_SHARE = 2.5
const HISS_WIDTH = 0.35
/** Only clear vowels say how wide this speaker's spectrum swings. */
const VOICED_EFFORT = 0.4
const MIN_TILT_RANGE_DB = 3

function mixShapes({ hops, visemes }: SpeechFeatures): ShapeMix {
  const weighted = (weight: (viseme: Exclude<Viseme, 'sil'>) => number): Float32Array => {
    const weights = VISEMES.map((viseme) => (viseme === 'sil' ? 0 : weight(viseme)))
    const sums = new Float32Array(hops)
    for (let i = 0; i < hops; i++) {
      let sum = 0
      for (let v = 0; v < VISEMES.length; v++) sum += weights[v]! * visemes[i * VISEMES.length + v]!
      sums[i] = sum
    }
    return smooth(sums, SHAPE_SIGMA_HOPS)
  }
  const notSilent = weighted(() => 1)
  // Where silence is likely what is left says little: it is not blown up by more than four.
  const among = (curve: Float32Array): Float32Array =>
    curve.map((value, i) => value / Math.max(0.25, notSilent[i]!))
  return {
    open: among(weighted((viseme) => SHAPES[viseme].open)),
    wide: among(weighted((viseme) => SHAPES[viseme].wide)),
    upperLip: among(weighted((viseme) => SHAPES[viseme].upperLip)),
    tongue: among(weighted((viseme) => SHAPES[viseme].tongue)),
    bilabial: among(weighted((viseme) => (viseme === 'PP' ? 1 : 0))),
    labiodental: among(weighted((viseme) => (viseme === 'FF' ? 1 : 0))),
  }
}

function quantile(sorted: Float32Array, fraction: number): number {
  return sorted[Math.floor(fraction * (sorted.length - 1))] ?? 0
}
