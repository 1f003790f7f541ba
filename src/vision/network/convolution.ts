// A full convolution as matrix products: windows of the input are laid out as rows of pixels, one output row at a time,
// and multiplied. A 1x1 convolution needs no layout: its pixels already are the rows.
import { planBorderedCopy } from './bordered-copy.ts'
import { multiplyPixels, type PackedMatrix } from './matrix-product.ts'
import type { Shape } from './shape.ts'
import type { SlidingWindow } from './sliding-window.ts'

/**
 * Prepares a convolution between fixed arrays; the function that is returned computes it.
 * @param matrix kernelHeight * kernelWidth * channels rows (in that order), one column an output channel
 * @param addend added before the activation; null for none
 */
export function planConvolution(
  input: Float32Array,
  shape: Shape,
  window: SlidingWindow,
  matrix: PackedMatrix,
  addend: Float32Array | null,
  output: Float32Array,
): () => void {
  const { kernelHeight, kernelWidth, strideY, strideX, outputHeight, outputWidth } = window
  const isPointwise = kernelHeight * kernelWidth * strideY * strideX === 1
  if (isPointwise) {
    return () => multiplyPixels(input, outputHeight * outputWidth, matrix, addend, output, 0)
  }
  const bordered = planBorderedCopy(input, shape, window)
  const borderedRow = bordered.shape.width * shape.channels
  const segment = kernelWidth * shape.channels
  const patches = new Float32Array(outputWidth * kernelHeight * segment)
  return () => {
    bordered.refresh()
    for (let y = 0; y < outputHeight; y++) {
      let at = 0
      for (let x = 0; x < outputWidth; x++) {
        let from = y * strideY * borderedRow + x * strideX * shape.channels
        for (let row = 0; row < kernelHeight; row++, from += borderedRow, at += segment) {
          for (let i = 0; i < segment; i++) patches[at + i] = bordered.data[from + i]!
        }
      }
      const outputStart = y * outputWidth * matrix.outChannels
      multiplyPixels(patches, outputWidth, matrix, addend, output, outputStart)
    }
  }
}
