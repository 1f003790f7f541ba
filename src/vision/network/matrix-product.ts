// The loop that takes nearly all of the time: pixels times weights, two pixels by four output channels at a time, so that each
// loaded number is used several times. Bias, residual and activation are applied while the sums are hot.

/** Output channels that are computed together; the packed weights are padded with zeros to a multiple of it. */
const CHANNEL_BLOCK = 4

export interface PackedMatrix {
  readonly inChannels: number
  readonly outChannels: number
  /** For each block of four output channels: for each input channel, its four weights. */
  readonly weights: Float32Array
  /** One per output channel, padded like the weights. */
  readonly bias: Float32Array
  /** The factor for negative results, per channel: 0 is ReLU, 1 is no activation, any other number PReLU. */
  readonly slope: Float32Array
}

/**
 * Lays out weights for `multiplyPixels`.
 * @param weights inChannels rows of outChannels numbers
 * @param slope one number a channel; see {@link PackedMatrix}
 */
export function packMatrix(
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  slope: ArrayLike<number>,
): PackedMatrix {
  const outChannels = bias.length
  const inChannels = weights.length / outChannels
  const blocks = Math.ceil(outChannels / CHANNEL_BLOCK)
  const packed: PackedMatrix = {
    inChannels,
    outChannels,
    weights: new Float32Array(blocks * CHANNEL_BLOCK * inChannels),
    bias: new Float32Array(blocks * CHANNEL_BLOCK),
    slope: new Float32Array(blocks * CHANNEL_BLOCK),
  }
  packed.bias.set(bias)
  packed.slope.set(slope)
  for (let out = 0; out < outChannels; out++) {
    const block = Math.floor(out / CHANNEL_BLOCK)
    const lane = out % CHANNEL_BLOCK
    for (let channel = 0; channel < inChannels; channel++) {
      const at = (block * inChannels + channel) * CHANNEL_BLOCK + lane
      packed.weights[at] = weights[channel * outChannels + out]!
    }
  }
  return packed
}

/**
 * output[pixel] = activation(input[pixel] x weights + bias + addend[pixel]) for `pixelCount` pixels.
 * Input and addend start at their first number, the output at `outputStart`. The output must not overlap either.
 * @param addend a residual of the same shape as the output, read at `outputStart` too; null for none
 */
export function multiplyPixels(
  input: Float32Array,
  pixelCount: number,
  matrix: PackedMatrix,
  addend: Float32Array | null,
  output: Float32Array,
  outputStart: number,
): void {
  const { inChannels, outChannels, weights, bias, slope } = matrix
  for (let pixel = 0; pixel < pixelCount; pixel += 2) {
    // An odd last pixel is computed and stored twice: cheaper than a second loop.
    const second = Math.min(pixel + 1, pixelCount - 1)
    const inputA = pixel * inChannels
    const inputB = second * inChannels
    const outputA = outputStart + pixel * outChannels
    const outputB = outputStart + second * outChannels
    let w = 0
    for (let channel = 0; channel < outChannels; channel += CHANNEL_BLOCK) {
      let a0 = bias[channel]!
      let a1 = bias[channel + 1]!
      let a2 = bias[channel + 2]!
      let a3 = bias[channel + 3]!
      let b0 = a0
      let b1 = a1
      let b2 = a2
      let b3 = a3
      for (let i = 0; i < inChannels; i++, w += CHANNEL_BLOCK) {
        const w0 = weights[w]!
        const w1 = weights[w + 1]!
        const w2 = weights[w + 2]!
        const w3 = weights[w + 3]!
        const a = input[inputA + i]!
        const b = input[inputB + i]!
        a0 += a * w0
        a1 += a * w1
        a2 += a * w2
        a3 += a * w3
        b0 += b * w0
        b1 += b * w1
        b2 += b * w2
        b3 += b * w3
      }
      const left = outChannels - channel
      store(output, outputA + channel, addend, slope, channel, left, a0, a1, a2, a3)
      store(output, outputB + channel, addend, slope, channel, left, b0, b1, b2, b3)
    }
  }
}

/** Finishes four sums of one pixel and writes those of them that are real channels. */
function store(
  output: Float32Array,
  at: number,
  addend: Float32Array | null,
  slope: Float32Array,
  channel: number,
  channelsLeft: number,
  sum0: number,
  sum1: number,
  sum2: number,
  sum3: number,
): void {
  output[at] = activate(addend === null ? sum0 : sum0 + addend[at]!, slope[channel]!)
  if (channelsLeft < 2) return
  output[at + 1] = activate(addend === null ? sum1 : sum1 + addend[at + 1]!, slope[channel + 1]!)
  if (channelsLeft < 3) return
  output[at + 2] = activate(addend === null ? sum2 : sum2 + addend[at + 2]!, slope[channel + 2]!)
  if (channelsLeft < 4) return
  output[at + 3] = activate(addend === null ? sum3 : sum3 + addend[at + 3]!, slope[channel + 3]!)
}

function activate(value: number, slope: number): number {
  return value < 0 ? value * slope : value
}
