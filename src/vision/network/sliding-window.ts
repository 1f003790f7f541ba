// Where a window of a convolution or pooling lands on its input: the arithmetic of TensorFlow's SAME and VALID padding.
import type { Shape } from './shape.ts'

export interface WindowOptions {
  readonly kernelHeight: number
  readonly kernelWidth: number
  readonly strideY: number
  readonly strideX: number
  readonly padding: 'SAME' | 'VALID'
}

export interface SlidingWindow extends WindowOptions {
  readonly outputHeight: number
  readonly outputWidth: number
  /** Rows of zeros the first window reaches above the input; the odd one of an uneven padding lies below. */
  readonly padTop: number
  readonly padLeft: number
}

export function slideWindow(input: Shape, options: WindowOptions): SlidingWindow {
  const { kernelHeight, kernelWidth, strideY, strideX, padding } = options
  const rows = slide(input.height, kernelHeight, strideY, padding)
  const columns = slide(input.width, kernelWidth, strideX, padding)
  return {
    ...options,
    outputHeight: rows.count,
    padTop: rows.padBefore,
    outputWidth: columns.count,
    padLeft: columns.padBefore,
  }
}

function slide(length: number, kernel: number, stride: number, padding: 'SAME' | 'VALID') {
  if (padding === 'VALID') {
    return { count: Math.floor((length - kernel) / stride) + 1, padBefore: 0 }
  }
  const count = Math.ceil(length / stride)
  const padTotal = Math.max(0, (count - 1) * stride + kernel - length)
  return { count, padBefore: padTotal >> 1 }
}
