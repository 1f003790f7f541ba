// A 3x3 convolution in which every channel sees only itself.
import type { Arena } from './arena.ts'
import { planBorderedCopy } from './bordered-copy.ts'
import type { Shape } from './shape.ts'
import type { SlidingWindow } from './sliding-window.ts'

/**
 * Prepares a 3x3 depthwise convolution between fixed arrays of the arena; the function that is returned computes it.
 * @param weights 9 rows (the kernel's places, row by row) of one number a channel
 */
export function planDepthwiseConvolution(
  arena: Arena,
  input: Float32Array,
  shape: Shape,
  window: SlidingWindow,
  weights: ArrayLike<number>,
  output: Float32Array,
): () => void {
  const bordered = planBorderedCopy(arena, input, shape, window)
  const kept = arena.own(weights.length)
  kept.set(weights)
  const pixel = shape.channels * kept.BYTES_PER_ELEMENT
  const row = bordered.shape.width * pixel
  return () => {
    bordered.refresh()
    arena.kernel.convolveChannels(
      bordered.data.byteOffset,
      row,
      pixel,
      window.strideX * pixel,
      window.strideY * row,
      kept.byteOffset,
      output.byteOffset,
      window.outputWidth,
      window.outputHeight,
    )
  }
}
