// How likely each viseme is in each 10 ms of a voice: a small convolutional network of our own, trained on many voices
// (training/visemes). It hears 290 ms around each moment. Works in blocks, so that its memory does not grow with the voice.
import { readFile } from 'node:fs/promises'
import { AppError } from '../../../domain/errors.ts'
import { Arena } from '../../../vision/network/arena.ts'
import { planConvolution } from '../../../vision/network/convolution.ts'
import { widenHalfFloats } from '../../../vision/network/half-float.ts'
import { packMatrix } from '../../../vision/network/packed-matrix.ts'
import { slideWindow } from '../../../vision/network/sliding-window.ts'
import { LOWEST_FEATURE, MEL_BANDS } from './log-mel.ts'
import { VISEMES } from './visemes.ts'

export const VISEME_WEIGHTS = {
  file: new URL('./viseme-weights.bin', import.meta.url),
  sha256: '7d8a59cb1f5852265b572d47ffd13fa65b84091ab7f9823f2528751dc0a9485e',
} as const

const WIDTH = 72
const KERNEL = 5
const DILATIONS = [1, 2, 4] as const
/** Hops it looks to either side. */
const REACH = DILATIONS.reduce((sum, dilation) => sum + (dilation * (KERNEL - 1)) / 2, 0)
const BLOCK_HOPS = 256

const ONE_STEP = { strideY: 1, strideX: 1, padding: 'VALID' } as const

export class VisemeNetwork {
  readonly #input: Float32Array
  readonly #scores: Float32Array
  readonly #layers: readonly (() => void)[]

  private constructor(weights: Float32Array) {
    const numbers = new NumberReader(weights)
    const arena = new Arena()
    const layers: (() => void)[] = []
    this.#input = arena.own((BLOCK_HOPS + 2 * REACH) * MEL_BANDS)
    this.#scores = arena.own(BLOCK_HOPS * VISEMES.length)
    let hops = BLOCK_HOPS + 2 * REACH
    let values = this.#input
    let channels = MEL_BANDS
    for (const dilation of DILATIONS) {
      const matrix = readMatrix(arena, numbers, KERNEL * channels, WIDTH, 0)
      const { shape, window } = dilated(hops, dilation, channels)
      const cut = (dilation * (KERNEL - 1)) / 2
      hops -= 2 * cut
      const output = arena.own(hops * WIDTH)
      const residual = dilation === 1 ? null : values.subarray(cut * WIDTH)
      layers.push(planConvolution(arena, values, shape, window, matrix, residual, output))
      values = output
      channels = WIDTH
    }
    const head = readMatrix(arena, numbers, WIDTH, VISEMES.length, 1)
    const shape = { height: 1, width: hops, channels }
    const window = slideWindow(shape, { ...ONE_STEP, kernelHeight: 1, kernelWidth: 1 })
    layers.push(planConvolution(arena, values, shape, window, head, null, this.#scores))
    numbers.expectEnd()
    this.#layers = layers
  }

  static async load(): Promise<VisemeNetwork> {
    const file = await readFile(VISEME_WEIGHTS.file)
    return new VisemeNetwork(widenHalfFloats(new Uint16Array(new Uint8Array(file).buffer)))
  }

  /**
   * The probabilities of VISEMES, which add up to 1, hop by hop.
   * @param features MEL_BANDS a hop, normalised; beyond its ends the voice goes on in silence
   */
  async listen(features: Float32Array, signal: AbortSignal): Promise<Float32Array> {
    const hops = features.length / MEL_BANDS
    const probabilities = new Float32Array(hops * VISEMES.length)
    for (let first = 0; first < hops; first += BLOCK_HOPS) {
      signal.throwIfAborted()
      this.#take(features, first - REACH)
      for (const compute of this.#layers) compute()
      const count = Math.min(BLOCK_HOPS, hops - first)
      for (let hop = 0; hop < count; hop++) {
        this.#softmax(hop, probabilities, (first + hop) * VISEMES.length)
      }
      // Progress and cancellation get their turn.
      await new Promise(setImmediate)
    }
    return probabilities
  }

  #take(features: Float32Array, firstHop: number): void {
    const input = this.#input.fill(LOWEST_FEATURE)
    const from = Math.max(0, firstHop * MEL_BANDS)
    const end = Math.min(features.length, firstHop * MEL_BANDS + input.length)
    input.set(features.subarray(from, end), from - firstHop * MEL_BANDS)
  }

  #softmax(hop: number, probabilities: Float32Array, at: number): void {
    const scores = this.#scores.subarray(hop * VISEMES.length, (hop + 1) * VISEMES.length)
    const highest = Math.max(...scores)
    let sum = 0
    for (const score of scores) sum += Math.exp(score - highest)
    for (let v = 0; v < scores.length; v++) {
      probabilities[at + v] = Math.exp(scores[v]! - highest) / sum
    }
  }
}

/** Hands out the numbers of a file in their order. */
class NumberReader {
  readonly #numbers: Float32Array
  #next = 0

  constructor(numbers: Float32Array) {
    this.#numbers = numbers
  }

  take(count: number): Float32Array {
    this.#next += count
    return this.#numbers.subarray(this.#next - count, this.#next)
  }

  expectEnd(): void {
    if (this.#next === this.#numbers.length) return
    throw new AppError('internal_error', 'The shipped viseme network is damaged: reinstall.')
  }
}

/** @param slope what negative results are multiplied with: 0 is ReLU, 1 is no activation */
function readMatrix(
  arena: Arena,
  numbers: NumberReader,
  inputs: number,
  outputs: number,
  slope: 0 | 1,
) {
  const weights = numbers.take(inputs * outputs)
  const bias = numbers.take(outputs)
  return packMatrix(arena, weights, bias, new Float32Array(outputs).fill(slope))
}

/** In rows of `dilation` hops each, every dilation-th hop lies below the other: there a plain kernel is a dilated one. */
function dilated(hops: number, dilation: number, channels: number) {
  const shape =
    dilation === 1
      ? { height: 1, width: hops, channels }
      : { height: hops / dilation, width: dilation, channels }
  const kernel =
    dilation === 1
      ? { kernelHeight: 1, kernelWidth: KERNEL }
      : { kernelHeight: KERNEL, kernelWidth: 1 }
  return { shape, window: slideWindow(shape, { ...ONE_STEP, ...kernel }) }
}
