// Halving by the maximum: each output number is the largest of a 2x2 window of its channel.
import type { Shape } from './shape.ts'

/** Prepares a 2x2 pooling with stride 2 between fixed arrays of even height and width. */
export function planMaxPool(input: Float32Array, shape: Shape, output: Float32Array): () => void {
  const { channels } = shape
  const rowLength = shape.width * channels
  return () => {
    let out = 0
    for (let y = 0; y + 1 < shape.height; y += 2) {
      for (let x = 0; x + 1 < shape.width; x += 2) {
        const top = (y * shape.width + x) * channels
        for (let i = top; i < top + channels; i++) {
          const upper = Math.max(input[i]!, input[i + channels]!)
          const lower = Math.max(input[i + rowLength]!, input[i + rowLength + channels]!)
          output[out++] = Math.max(upper, lower)
        }
      }
    }
  }
}
