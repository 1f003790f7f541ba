// A 3x3 convolution in which every channel sees only itself. The kernel is unrolled: nine products a number.
import { planBorderedCopy } from './bordered-copy.ts'
import type { Shape } from './shape.ts'
import type { SlidingWindow } from './sliding-window.ts'

/**
 * Prepares a 3x3 depthwise convolution between fixed arrays; the function that is returned computes it.
 * @param weights 9 rows (the kernel's places, row by row) of one number a channel
 */
export function planDepthwiseConvolution(
  input: Float32Array,
  shape: Shape,
  window: SlidingWindow,
  weights: Float32Array,
  output: Float32Array,
): () => void {
  const bordered = planBorderedCopy(input, shape, window)
  return () => {
    bordered.refresh()
    convolveChannels(bordered.data, bordered.shape, window, weights, output)
  }
}

function convolveChannels(
  input: Float32Array,
  { width, channels }: Shape,
  { outputHeight, outputWidth, strideY, strideX }: SlidingWindow,
  weights: Float32Array,
  output: Float32Array,
): void {
  const stepX = strideX * channels
  const rowLength = width * channels
  for (let y = 0; y < outputHeight; y++) {
    for (let channel = 0; channel < channels; channel++) {
      const w00 = weights[channel]!
      const w01 = weights[channel + channels]!
      const w02 = weights[channel + 2 * channels]!
      const w10 = weights[channel + 3 * channels]!
      const w11 = weights[channel + 4 * channels]!
      const w12 = weights[channel + 5 * channels]!
      const w20 = weights[channel + 6 * channels]!
      const w21 = weights[channel + 7 * channels]!
      const w22 = weights[channel + 8 * channels]!
      let out = y * outputWidth * channels + channel
      let top = y * strideY * rowLength + channel
      for (let x = 0; x < outputWidth; x++, top += stepX, out += channels) {
        const middle = top + rowLength
        const bottom = middle + rowLength
        output[out] =
          input[top]! * w00 +
          input[top + channels]! * w01 +
          input[top + 2 * channels]! * w02 +
          input[middle]! * w10 +
          input[middle + channels]! * w11 +
          input[middle + 2 * channels]! * w12 +
          input[bottom]! * w20 +
          input[bottom + channels]! * w21 +
          input[bottom + 2 * channels]! * w22
      }
    }
  }
}
