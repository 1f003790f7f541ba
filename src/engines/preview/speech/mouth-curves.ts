// From what is heard to what the mouth does, every 10 ms. Loudness opens the jaw, the likely visemes say how far and in
// which shape; a likely p, b or m presses the lips together.
import { clamp, smoothRamp } from './ramps.ts'
import { smooth } from './smoothing.ts'
import type { SpeechFeatures } from './speech-features.ts'
import type { SpeechLevel } from './speech-level.ts'
import { mixVisemes, type VisemeMix } from './viseme-mix.ts'

/** One value per hop; the ranges are those of FacePose. */
export interface MouthCurves {
  readonly jaw: Float32Array
  readonly press: Float32Array
  readonly wide: Float32Array
  readonly upperLip: Float32Array
  readonly tongue: Float32Array
  readonly tuck: Float32Array
}

/** The jaw and the lips are quick, the width of the mouth changes slowly. */
const SIGMA_HOPS = { jaw: 1.8, press: 1, wide: 2.5, upperLip: 3.5, tongue: 4, tuck: 2 } as const

/** How the jaw follows the effort: it opens early and then hardly further. People part their lips for quiet syllables too, and
 * the loudness that one hears rises in the same way. */
const EARLY_OPENING = 1.8
/** Even the closest vowel opens the mouth, the most open one not much further than the next. */
const LEAST_OPENNESS = 0.31
const OPENNESS_OF_VOWEL = 0.5
const MOST_OPENNESS = 0.7
/** Between two syllables the teeth stay this far apart, unless the lips have to meet. */
const JAW_BETWEEN_SYLLABLES = 0.13
const LIPS_SIGMA_HOPS = 2
/** How much wider a slightly wide mouth gets than it is thought to be; the widest stay as they are. */
const ARTICULATION = 0.8

/** Likelihood of p, b or m from which the lips begin to close, and from which they do: chosen on voices that the network
 * was not trained with. */
const CLOSING_FROM = 0.15
const CLOSED_FROM = 0.4

export function drawMouthCurves(features: SpeechFeatures, level: SpeechLevel): MouthCurves {
  const { effort, talking } = level
  const mix = mixVisemes(features)
  const press = mix.bilabial.map(
    (likelihood, i) => smoothRamp(CLOSING_FROM, CLOSED_FROM, likelihood) * talking[i]!,
  )
  const audible = effort.map((e) => smoothRamp(0.02, 0.3, e))
  return {
    jaw: smooth(jawOpening(level, mix, press), SIGMA_HOPS.jaw),
    press: smooth(press, SIGMA_HOPS.press),
    wide: smooth(
      mix.wide.map((width, i) => articulated(width) * audible[i]!),
      SIGMA_HOPS.wide,
    ),
    upperLip: smooth(
      mix.upperLip.map((lift, i) => lift * audible[i]!),
      SIGMA_HOPS.upperLip,
    ),
    tongue: smooth(
      mix.tongue.map((lift, i) => lift * effort[i]!),
      SIGMA_HOPS.tongue,
    ),
    tuck: smooth(lowerLipTuck(level, mix, press), SIGMA_HOPS.tuck),
  }
}

/** The network wavers between i and u; people do not. */
function articulated(width: number): number {
  return (width * (1 + ARTICULATION)) / (1 + ARTICULATION * Math.abs(width))
}

function jawOpening(
  { effort, talking }: SpeechLevel,
  mix: VisemeMix,
  press: Float32Array,
): Float32Array {
  const lipsMeet = smooth(press, LIPS_SIGMA_HOPS)
  return effort.map((e, i) => {
    const drive = e * (EARLY_OPENING + (1 - EARLY_OPENING) * e)
    const openness = LEAST_OPENNESS + OPENNESS_OF_VOWEL * mix.open[i]!
    const spoken = drive * Math.min(openness, MOST_OPENNESS)
    const between = JAW_BETWEEN_SYLLABLES * talking[i]! * (1 - lipsMeet[i]!)
    return Math.max(spoken, between)
  })
}

/** f and v are rarely mistaken once they are more likely than not. */
function lowerLipTuck(
  { effort, talking }: SpeechLevel,
  { labiodental }: VisemeMix,
  press: Float32Array,
): Float32Array {
  return labiodental.map((probability, i) => {
    const tucked = clamp(1.6 * probability - 0.2, 0, 1)
    const audible = smoothRamp(-0.08, 0.1, effort[i]!)
    return tucked * audible * talking[i]! * (1 - press[i]!)
  })
}
