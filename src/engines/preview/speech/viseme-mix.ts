// The mouth shape of a moment: the shapes of all visemes, mixed by how likely each is. Nothing is ever decided, so that a
// wrong guess of the network makes a mouth a little off and never one that flickers.
import { smooth } from './smoothing.ts'
import type { SpeechFeatures } from './speech-features.ts'
import { VISEMES, type Viseme } from './visemes.ts'

interface MouthShape {
  readonly open: number
  readonly wide: number
  readonly upperLip: number
  readonly tongue: number
}

type SpokenViseme = Exclude<Viseme, 'sil'>

/** The look of each clearly spoken viseme, in the ranges of FacePose. */
const SHAPES: Readonly<Record<SpokenViseme, MouthShape>> = {
  aa: { open: 1, wide: 0.05, upperLip: 0.35, tongue: 0 },
  E: { open: 0.68, wide: 0.5, upperLip: 0.4, tongue: 0.1 },
  I: { open: 0.36, wide: 1, upperLip: 0.45, tongue: 0.2 },
  O: { open: 0.78, wide: -0.8, upperLip: 0.1, tongue: 0 },
  U: { open: 0.34, wide: -1, upperLip: 0, tongue: 0 },
  '@': { open: 0.5, wide: 0, upperLip: 0.2, tongue: 0.1 },
  PP: { open: 0, wide: 0, upperLip: 0, tongue: 0 },
  FF: { open: 0.1, wide: 0.1, upperLip: 0.6, tongue: 0 },
  TH: { open: 0.28, wide: 0.1, upperLip: 0.35, tongue: 0.9 },
  DD: { open: 0.3, wide: 0.2, upperLip: 0.35, tongue: 0.7 },
  nn: { open: 0.3, wide: 0.15, upperLip: 0.25, tongue: 0.8 },
  LL: { open: 0.36, wide: 0.1, upperLip: 0.25, tongue: 0.9 },
  SS: { open: 0.2, wide: 0.45, upperLip: 0.65, tongue: 0.2 },
  CH: { open: 0.26, wide: -0.6, upperLip: 0.5, tongue: 0.2 },
  kk: { open: 0.42, wide: 0.1, upperLip: 0.25, tongue: 0.1 },
  RR: { open: 0.38, wide: -0.35, upperLip: 0.1, tongue: 0.5 },
  hh: { open: 0.5, wide: 0, upperLip: 0.2, tongue: 0 },
}

/** Probabilities jump from hop to hop; lips do not. */
const SIGMA_HOPS = 2.2
/** Lips that meet do so for 50 ms and less: more would smear them away. */
const CLOSURE_SIGMA_HOPS = 1
/** Where silence is likely, what remains says little: it is blown up by no more than four. */
const LEAST_SPOKEN = 0.25

/** Sounds of a shut mouth: at the lips or behind the teeth. */
const CLOSURES: readonly Viseme[] = ['PP', 'DD', 'nn', 'kk']
/** Where all of them are unlikely, what there is of p, b and m is taken for this much less. */
const LEAST_CLOSURE = 0.5

/** One value per hop; shapes are averages over the visemes that are not silence. */
export interface VisemeMix {
  readonly open: Float32Array
  readonly wide: Float32Array
  readonly upperLip: Float32Array
  readonly tongue: Float32Array
  /** How likely it is p, b or m rather than a sound that the tongue makes in the same way. */
  readonly bilabial: Float32Array
  /** How likely f or v is spoken. */
  readonly labiodental: Float32Array
}

export function mixVisemes(features: SpeechFeatures): VisemeMix {
  const spoken = smooth(
    weightedSum(features, () => 1),
    SIGMA_HOPS,
  )
  const average = (weight: (viseme: SpokenViseme) => number): Float32Array =>
    smooth(weightedSum(features, weight), SIGMA_HOPS).map(
      (sum, i) => sum / Math.max(LEAST_SPOKEN, spoken[i]!),
    )
  const anyOf = (wanted: readonly Viseme[]): Float32Array =>
    weightedSum(features, (viseme) => (wanted.includes(viseme) ? 1 : 0))
  const closures = anyOf(CLOSURES)
  const bilabial = anyOf(['PP']).map((lips, i) => lips / Math.max(LEAST_CLOSURE, closures[i]!))
  return {
    open: average((viseme) => SHAPES[viseme].open),
    wide: average((viseme) => SHAPES[viseme].wide),
    upperLip: average((viseme) => SHAPES[viseme].upperLip),
    tongue: average((viseme) => SHAPES[viseme].tongue),
    bilabial: smooth(bilabial, CLOSURE_SIGMA_HOPS),
    labiodental: smooth(anyOf(['FF']), CLOSURE_SIGMA_HOPS),
  }
}

function weightedSum(
  { hops, visemes }: SpeechFeatures,
  weight: (viseme: SpokenViseme) => number,
): Float32Array {
  const weights = VISEMES.map((viseme) => (viseme === 'sil' ? 0 : weight(viseme)))
  return Float32Array.from({ length: hops }, (_, hop) => {
    let sum = 0
    for (let v = 0; v < weights.length; v++) sum += weights[v]! * visemes[hop * weights.length + v]!
    return sum
  })
}
