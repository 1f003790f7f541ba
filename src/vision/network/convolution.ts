// A full convolution as matrix products of the windows of the input. A window is a few stretches of pixels, one a row of the
// kernel, and is multiplied where it lies.
import type { Arena } from './arena.ts'
import { planBorderedCopy } from './bordered-copy.ts'
import type { PackedMatrix } from './packed-matrix.ts'
import type { Shape } from './shape.ts'
import type { SlidingWindow } from './sliding-window.ts'

const BYTES = Float32Array.BYTES_PER_ELEMENT

/**
 * Prepares a convolution between fixed arrays of the arena; the function that is returned computes it. The output must not
 * overlap input or addend.
 * @param matrix kernelHeight * kernelWidth * channels rows (in that order), one column an output channel
 * @param addend added before the activation, of the shape of the output; null for none
 */
export function planConvolution(
  arena: Arena,
  input: Float32Array,
  shape: Shape,
  window: SlidingWindow,
  matrix: PackedMatrix,
  addend: Float32Array | null,
  output: Float32Array,
): () => void {
  const { kernelHeight, kernelWidth, strideY, strideX, outputHeight, outputWidth } = window
  const { weights, bias, slope } = matrix
  const bordered = planBorderedCopy(arena, input, shape, window)
  const pixel = shape.channels * BYTES
  const row = bordered.shape.width * pixel
  const outputPixel = matrix.outChannels * BYTES
  // Where windows are one pixel wide and lie side by side, all rows are one long row.
  const isOneRow = kernelWidth * strideY * strideX === 1 && bordered.shape.width === outputWidth
  const rows = isOneRow ? 1 : outputHeight
  const width = isOneRow ? outputHeight * outputWidth : outputWidth
  return () => {
    bordered.refresh()
    for (let y = 0; y < rows; y++) {
      const done = y * width * outputPixel
      arena.kernel.multiplyPixels(
        bordered.data.byteOffset + y * strideY * row,
        width,
        strideX * pixel,
        kernelWidth * pixel,
        kernelHeight,
        row,
        weights.byteOffset,
        bias.byteOffset,
        slope.byteOffset,
        addend === null ? 0 : addend.byteOffset + done,
        output.byteOffset + done,
        outputPixel,
      )
    }
  }
}
