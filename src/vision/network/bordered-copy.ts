// A copy of a tensor with a border of zeros around it, so that window loops need no test for the edge of the picture.
import type { Shape } from './shape.ts'
import type { SlidingWindow } from './sliding-window.ts'

export interface BorderedCopy {
  readonly data: Float32Array
  readonly shape: Shape
  /** Brings the copy up to date with the input. The border stays zero. */
  refresh(): void
}

/** Room for the input and for every place that the window reaches outside it. */
export function planBorderedCopy(
  input: Float32Array,
  shape: Shape,
  window: SlidingWindow,
): BorderedCopy {
  const { width, channels } = shape
  const reachY = (window.outputHeight - 1) * window.strideY + window.kernelHeight
  const reachX = (window.outputWidth - 1) * window.strideX + window.kernelWidth
  const bordered: Shape = {
    height: Math.max(reachY, window.padTop + shape.height),
    width: Math.max(reachX, window.padLeft + width),
    channels,
  }
  const data = new Float32Array(bordered.height * bordered.width * channels)
  return {
    data,
    shape: bordered,
    refresh: () => {
      const rowLength = width * channels
      for (let y = 0; y < shape.height; y++) {
        const row = input.subarray(y * rowLength, (y + 1) * rowLength)
        data.set(row, ((y + window.padTop) * bordered.width + window.padLeft) * channels)
      }
    },
  }
}
