// What the mouth is probably doing in one window of sound: the probabilities of the fifteen visemes of the Oculus set, from
// the 39 Gaussian phoneme models that @met4citizen/headaudio ships (MIT, trained on English). Vowels come out well; the
// place of a consonant (p or t or k) does not, so that nothing may hang on it alone.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { CEPSTRUM_SIZE } from './mel-cepstrum.ts'

/** The model's own order. */
export const VISEMES = [
  'aa',
  'E',
  'I',
  'O',
  'U',
  'PP',
  'SS',
  'TH',
  'DD',
  'FF',
  'kk',
  'nn',
  'RR',
  'CH',
  'sil',
] as const

export type Viseme = (typeof VISEMES)[number]

const MODEL_FILE = '@met4citizen/headaudio/dist/model-en-mixed.bin'

/** A record: 8 bytes of header, the mean, and the lower triangle of the inverse covariance, row by row. */
const HEADER_BYTES = 8
const VISEME_BYTE = 7
const TRIANGLE_SIZE = (CEPSTRUM_SIZE * (CEPSTRUM_SIZE + 1)) / 2
const RECORD_BYTES = HEADER_BYTES + (CEPSTRUM_SIZE + TRIANGLE_SIZE) * Float32Array.BYTES_PER_ELEMENT

/** Divides squared distances before they become probabilities. 2 would be exact for Gaussians; neighbouring windows then
 * flicker between visemes, and twice that gives mixtures a face can follow. */
const TEMPERATURE = 4

interface Phoneme {
  readonly viseme: number
  readonly mean: Float64Array
  /** Lower triangle of the inverse covariance; what lies off the diagonal counts twice. */
  readonly precision: Float64Array
}

export class VisemeClassifier {
  readonly #phonemes: readonly Phoneme[]
  readonly #offset = new Float64Array(CEPSTRUM_SIZE)
  readonly #distances = new Float64Array(VISEMES.length)

  private constructor(phonemes: readonly Phoneme[]) {
    this.#phonemes = phonemes
  }

  static async load(): Promise<VisemeClassifier> {
    const path = createRequire(import.meta.url).resolve(MODEL_FILE)
    return new VisemeClassifier(parseModel(await readFile(path)))
  }

  /** Writes the probability of each of VISEMES, which add up to 1, to `probabilities` from `at` on. */
  classify(cepstrum: Float64Array, probabilities: Float32Array, at: number): void {
    const distances = this.#distances.fill(Number.POSITIVE_INFINITY)
    let nearest = Number.POSITIVE_INFINITY
    for (const phoneme of this.#phonemes) {
      const distance = this.#distance(phoneme, cepstrum)
      if (distance < distances[phoneme.viseme]!) distances[phoneme.viseme] = distance
      if (distance < nearest) nearest = distance
    }
    let sum = 0
    for (let v = 0; v < distances.length; v++) {
      distances[v] = Math.exp((nearest - distances[v]!) / TEMPERATURE)
      sum += distances[v]!
    }
    for (let v = 0; v < distances.length; v++) probabilities[at + v] = distances[v]! / sum
  }

  /** The squared Mahalanobis distance. */
  #distance({ mean, precision }: Phoneme, cepstrum: Float64Array): number {
    const offset = this.#offset
    let distance = 0
    let p = 0
    for (let i = 0; i < CEPSTRUM_SIZE; i++) {
      const difference = cepstrum[i]! - mean[i]!
      offset[i] = difference
      let row = 0
      for (let j = 0; j <= i; j++) row += precision[p++]! * offset[j]!
      distance += row * difference
    }
    return distance
  }
}

function parseModel(file: Buffer): readonly Phoneme[] {
  const phonemes: Phoneme[] = []
  for (let at = 0; at + RECORD_BYTES <= file.length; at += RECORD_BYTES) {
    const readFloats = (first: number, count: number): Float64Array =>
      Float64Array.from({ length: count }, (_, i) =>
        file.readFloatLE(at + HEADER_BYTES + (first + i) * Float32Array.BYTES_PER_ELEMENT),
      )
    const precision = readFloats(CEPSTRUM_SIZE, TRIANGLE_SIZE)
    let p = 0
    for (let i = 0; i < CEPSTRUM_SIZE; i++) {
      for (let j = 0; j < i; j++) precision[p++]! *= 2
      p++
    }
    phonemes.push({
      viseme: file[at + VISEME_BYTE]!,
      mean: readFloats(0, CEPSTRUM_SIZE),
      precision,
    })
  }
  return phonemes
}
