// Twelve mel-frequency cepstral coefficients: the shape of the vocal tract, without pitch and loudness. Every number here
// is the one that the viseme model of @met4citizen/headaudio was trained with, and a test holds the result against the
// package's own. That one does not offer the power spectrum, which the bands need as well, and takes longer.
import { SAMPLE_RATE_HZ } from '../../../media/pcm-reader.ts'

export const CEPSTRUM_SIZE = 12

const BANDS = 40
const LOWEST_HZ = 30
const HIGHEST_HZ = 7800
const LIFTER = 22
/** Keeps the logarithm of a silent band finite. */
const POWER_FLOOR = 1e-10

interface Band {
  readonly firstBin: number
  readonly weights: Float64Array
}

/** Computes cepstra from power spectra of one size. */
export class MelCepstrum {
  readonly #bands: readonly Band[]
  readonly #cosines: readonly Float64Array[]
  readonly #logEnergies = new Float64Array(BANDS)

  /** @param windowSize samples of the windows behind the spectra; a spectrum has half as many bins */
  constructor(windowSize: number) {
    this.#bands = melBands(windowSize)
    this.#cosines = Array.from({ length: CEPSTRUM_SIZE }, (_, i) => lifteredCosines(i + 1))
  }

  /** Writes CEPSTRUM_SIZE values, squashed into -1 .. 1 by tanh as the model expects them. */
  compute(power: Float64Array, cepstrum: Float64Array): void {
    for (let b = 0; b < BANDS; b++) {
      const { firstBin, weights } = this.#bands[b]!
      let energy = 0
      for (let i = 0; i < weights.length; i++) energy += power[firstBin + i]! * weights[i]!
      this.#logEnergies[b] = Math.log10(energy + POWER_FLOOR)
    }
    for (let c = 0; c < CEPSTRUM_SIZE; c++) {
      const cosines = this.#cosines[c]!
      let sum = 0
      for (let b = 0; b < BANDS; b++) sum += cosines[b]! * this.#logEnergies[b]!
      cepstrum[c] = Math.tanh(sum)
    }
  }
}

/** Triangles that overlap by half, evenly spaced on the mel scale, with their corners on whole bins. */
function melBands(windowSize: number): readonly Band[] {
  const lowest = hertzToMel(LOWEST_HZ)
  const step = (hertzToMel(HIGHEST_HZ) - lowest) / (BANDS + 1)
  const corners = Array.from({ length: BANDS + 2 }, (_, i) =>
    Math.floor((melToHertz(lowest + step * i) / SAMPLE_RATE_HZ) * windowSize),
  )
  return Array.from({ length: BANDS }, (_, b) => {
    const [first, peak, end] = [corners[b]!, corners[b + 1]!, corners[b + 2]!]
    const weights = Float64Array.from({ length: end - first }, (_, i) => {
      const bin = first + i
      return bin < peak ? i / (peak - first) : (end - bin) / (end - peak)
    })
    return { firstBin: first, weights }
  })
}

/** One row of the cosine transform, with the lifter that evens out the size of the coefficients folded in. */
function lifteredCosines(coefficient: number): Float64Array {
  const lifter = 1 + (LIFTER / 2) * Math.sin((Math.PI * coefficient) / LIFTER)
  const scale = Math.sqrt(2 / BANDS) * lifter
  return Float64Array.from(
    { length: BANDS },
    (_, b) => scale * Math.cos((Math.PI * coefficient * (b + 0.5)) / BANDS),
  )
}

const hertzToMel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700)
const melToHertz = (mel: number): number => 700 * (10 ** (mel / 2595) - 1)
