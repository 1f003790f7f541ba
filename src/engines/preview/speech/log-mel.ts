// The power of a sound in 32 bands that are spaced as the ear hears them: what the viseme network is fed. Every number is
// the one it was trained with (training/visemes/features.py).
import { SAMPLE_RATE_HZ } from '../../../media/pcm-reader.ts'

export const MEL_BANDS = 32

const LOWEST_HZ = 60
const HIGHEST_HZ = 7600
/** Keeps the logarithm of a silent band finite. */
const POWER_FLOOR = 1e-10
/** Standard deviation that features are divided by, and where they are cut off. */
const SCALE = 0.8
export const LOWEST_FEATURE = -6
const HIGHEST_FEATURE = 4

interface Band {
  readonly firstBin: number
  /** They add up to 1. */
  readonly weights: Float64Array
}

/** Computes band powers from power spectra of one size. */
export class LogMel {
  readonly #bands: readonly Band[]

  /** @param windowSize samples of the windows behind the spectra; a spectrum has half as many bins */
  constructor(windowSize: number) {
    this.#bands = melBands(windowSize)
  }

  /** Writes MEL_BANDS decimal logarithms to `mel` from `at` on. */
  compute(power: Float64Array, mel: Float32Array, at: number): void {
    for (let b = 0; b < MEL_BANDS; b++) {
      const { firstBin, weights } = this.#bands[b]!
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += power[firstBin + i]! * weights[i]!
      mel[at + b] = Math.log10(sum + POWER_FLOOR)
    }
  }
}

/** Takes microphone and level out, in place: the mean of the louder half of the hops becomes 0. */
export function normaliseMel(mel: Float32Array): void {
  const hops = mel.length / MEL_BANDS
  const loudness = new Float32Array(hops)
  for (let i = 0; i < mel.length; i++) loudness[Math.floor(i / MEL_BANDS)]! += mel[i]! / MEL_BANDS
  const middle = median(loudness)
  const mean = new Float64Array(MEL_BANDS)
  let louder = 0
  for (let hop = 0; hop < hops; hop++) {
    if (loudness[hop]! < middle) continue
    louder++
    for (let b = 0; b < MEL_BANDS; b++) mean[b]! += mel[hop * MEL_BANDS + b]!
  }
  for (let i = 0; i < mel.length; i++) {
    const feature = (mel[i]! - mean[i % MEL_BANDS]! / louder) / SCALE
    mel[i] = Math.min(HIGHEST_FEATURE, Math.max(LOWEST_FEATURE, feature))
  }
}

function median(values: Float32Array): number {
  const sorted = values.toSorted()
  const half = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[half]!
  return ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2
}

/** Triangles that overlap by half, evenly spaced on the mel scale. */
function melBands(windowSize: number): readonly Band[] {
  const lowest = hertzToMel(LOWEST_HZ)
  const step = (hertzToMel(HIGHEST_HZ) - lowest) / (MEL_BANDS + 1)
  const corner = (index: number): number =>
    (melToHertz(lowest + step * index) / SAMPLE_RATE_HZ) * windowSize
  return Array.from({ length: MEL_BANDS }, (_, b) => {
    const [from, centre, to] = [corner(b), corner(b + 1), corner(b + 2)]
    const firstBin = Math.ceil(from)
    const weights = Array.from({ length: Math.max(0, Math.ceil(to) - firstBin) }, (_, i) => {
      const bin = firstBin + i
      return Math.max(0, Math.min((bin - from) / (centre - from), (to - bin) / (to - centre)))
    })
    const sum = weights.reduce((total, weight) => total + weight, 0)
    // A band between two bins takes the nearest.
    if (sum === 0) return { firstBin: Math.floor(centre + 0.5), weights: Float64Array.of(1) }
    return { firstBin, weights: Float64Array.from(weights, (weight) => weight / sum) }
  })
}

const hertzToMel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700)
const melToHertz = (mel: number): number => 700 * (10 ** (mel / 2595) - 1)
