// The weights of a convolution as its innermost loop reads them: see `multiplyPixels` in network-kernel.wat.
import type { Arena } from './arena.ts'

/** Output channels that are computed together; the packed numbers are padded with zeros to a multiple of it. */
const CHANNEL_BLOCK = 8

export interface PackedMatrix {
  readonly outChannels: number
  /** For each block of output channels: for each input, its weights. */
  readonly weights: Float32Array
  /** One per output channel, padded like the weights. */
  readonly bias: Float32Array
  /** The factor for negative results, per channel: 0 is ReLU, 1 is no activation, any other number PReLU. */
  readonly slope: Float32Array
}

/**
 * Lays out weights in the arena.
 * @param weights inChannels rows of outChannels numbers
 * @param slope one number a channel; see {@link PackedMatrix}
 */
export function packMatrix(
  arena: Arena,
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  slope: ArrayLike<number>,
): PackedMatrix {
  const outChannels = bias.length
  const inChannels = weights.length / outChannels
  const padded = Math.ceil(outChannels / CHANNEL_BLOCK) * CHANNEL_BLOCK
  const packed: PackedMatrix = {
    outChannels,
    weights: arena.own(padded * inChannels),
    bias: arena.own(padded),
    slope: arena.own(padded),
  }
  packed.bias.set(bias)
  packed.slope.set(slope)
  for (let first = 0; first < outChannels; first += CHANNEL_BLOCK) {
    const lanes = Math.min(CHANNEL_BLOCK, outChannels - first)
    for (let input = 0; input < inChannels; input++) {
      const from = input * outChannels + first
      const to = first * inChannels + input * CHANNEL_BLOCK
      for (let lane = 0; lane < lanes; lane++) packed.weights[to + lane] = weights[from + lane]!
    }
  }
  return packed
}
