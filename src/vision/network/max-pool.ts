// Halving by the maximum: each output number is the largest of a 2x2 window of its channel.
import type { Arena } from './arena.ts'
import type { Shape } from './shape.ts'

/** Prepares a 2x2 pooling with stride 2 between fixed arrays of the arena, of even height and width. */
export function planMaxPool(
  { kernel }: Arena,
  input: Float32Array,
  { height, width, channels }: Shape,
  output: Float32Array,
): () => void {
  const pixel = channels * input.BYTES_PER_ELEMENT
  return () =>
    kernel.poolMaximum(
      input.byteOffset,
      width * pixel,
      pixel,
      output.byteOffset,
      width >> 1,
      height >> 1,
    )
}
