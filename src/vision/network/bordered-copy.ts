// A copy of a tensor with a border of zeros around it, so that window loops need no test for the edge of the picture.
import type { Arena } from './arena.ts'
import type { Shape } from './shape.ts'
import type { SlidingWindow } from './sliding-window.ts'

export interface BorderedCopy {
  readonly data: Float32Array
  readonly shape: Shape
  /** Brings the copy up to date with the input, until the next copy of this shape is: they share their memory. */
  refresh(): void
}

/** Room for the input and for every place that the window reaches outside it; without such places, the input itself. */
export function planBorderedCopy(
  arena: Arena,
  input: Float32Array,
  shape: Shape,
  window: SlidingWindow,
): BorderedCopy {
  const { height, width, channels } = shape
  const { padTop, padLeft } = window
  const reachY = (window.outputHeight - 1) * window.strideY + window.kernelHeight
  const reachX = (window.outputWidth - 1) * window.strideX + window.kernelWidth
  const bordered: Shape = {
    height: Math.max(reachY, padTop + height),
    width: Math.max(reachX, padLeft + width),
    channels,
  }
  if (bordered.height === height && bordered.width === width) {
    return { data: input, shape, refresh: () => {} }
  }
  const name = [bordered.height, bordered.width, channels, padTop, padLeft, height, width].join()
  const data = arena.ownNamed(name, bordered.height * bordered.width * channels)
  const pixel = channels * data.BYTES_PER_ELEMENT
  const target = data.byteOffset + (padTop * bordered.width + padLeft) * pixel
  return {
    data,
    shape: bordered,
    refresh: () =>
      arena.kernel.copyRows(
        input.byteOffset,
        width * pixel,
        target,
        bordered.width * pixel,
        width * pixel,
        height,
      ),
  }
}
