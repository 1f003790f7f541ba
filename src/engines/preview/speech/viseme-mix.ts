// The mouth shape of a moment: the shapes of all visemes, mixed by how likely each is. Nothing is ever decided, so that a
// wrong guess of the classifier makes a mouth a little off and never one that flickers.
import { smooth } from './smoothing.ts'
import type { SpeechFeatures } from './speech-features.ts'
import { VISEMES, type Viseme } from './viseme-classifier.ts'

interface MouthShape {
  readonly open: number
  readonly wide: number
  readonly upperLip: number
  readonly tongue: number
}

type SpokenViseme = Exclude<Viseme, 'sil'>

/** What each viseme looks like when it is spoken clearly, in the ranges of FacePose. */
const SHAPES: Readonly<Record<SpokenViseme, MouthShape>> = {
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
const SIGMA_HOPS = 2.2
/** Where silence is likely, what remains says little: it is blown up by no more than four. */
const LEAST_SPOKEN = 0.25

/** One value per hop: averages over the visemes that are not silence. */
export interface VisemeMix {
  readonly open: Float32Array
  readonly wide: Float32Array
  readonly upperLip: Float32Array
  readonly tongue: Float32Array
  /** How likely p, b or m is among them. */
  readonly bilabial: Float32Array
  /** How likely f or v is among them. */
  readonly labiodental: Float32Array
}

export function mixVisemes(features: SpeechFeatures): VisemeMix {
  const spoken = weightedSum(features, () => 1)
  const average = (weight: (viseme: SpokenViseme) => number): Float32Array =>
    weightedSum(features, weight).map((sum, i) => sum / Math.max(LEAST_SPOKEN, spoken[i]!))
  return {
    open: average((viseme) => SHAPES[viseme].open),
    wide: average((viseme) => SHAPES[viseme].wide),
    upperLip: average((viseme) => SHAPES[viseme].upperLip),
    tongue: average((viseme) => SHAPES[viseme].tongue),
    bilabial: average((viseme) => (viseme === 'PP' ? 1 : 0)),
    labiodental: average((viseme) => (viseme === 'FF' ? 1 : 0)),
  }
}

function weightedSum(
  { hops, visemes }: SpeechFeatures,
  weight: (viseme: SpokenViseme) => number,
): Float32Array {
  const weights = VISEMES.map((viseme) => (viseme === 'sil' ? 0 : weight(viseme)))
  const sums = Float32Array.from({ length: hops }, (_, hop) => {
    let sum = 0
    for (let v = 0; v < weights.length; v++) sum += weights[v]! * visemes[hop * weights.length + v]!
    return sum
  })
  return smooth(sums, SIGMA_HOPS)
}
