// Widens a tensor by channels of zeros, so that it can be added to one that has more of them.
import type { Shape } from './shape.ts'

/** Prepares the widening from `shape.channels` to `channels` between fixed arrays. */
export function planPadChannels(
  input: Float32Array,
  shape: Shape,
  channels: number,
  output: Float32Array,
): () => void {
  const pixels = shape.height * shape.width
  return () => {
    output.fill(0)
    for (let pixel = 0; pixel < pixels; pixel++) {
      const from = pixel * shape.channels
      const to = pixel * channels
      for (let i = 0; i < shape.channels; i++) output[to + i] = input[from + i]!
    }
  }
}
