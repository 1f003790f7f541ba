// The face networks computed straight from the definitions of their operations, one by one and slowly: the reference for the fast,
// fused and planned version.
import type { GraphModel, GraphNode } from '../../src/vision/network/graph-model.ts'
import { elementCount, type Shape } from '../../src/vision/network/shape.ts'

export interface NaiveTensor {
  readonly shape: Shape
  readonly data: Float32Array
}

interface Window {
  readonly kernel: readonly [height: number, width: number]
  readonly stride: number
  readonly padding: string
}

/** The values of the named nodes of the graph. */
export function evaluateNaively(
  model: GraphModel,
  input: NaiveTensor,
  outputNames: readonly string[],
): Float32Array[] {
  const known = new Map<string, NaiveTensor>()
  const resultOf = (name: string): NaiveTensor => {
    const value = known.get(name) ?? evaluate(model.nodes.get(name)!)
    known.set(name, value)
    return value
  }
  const constant = (node: GraphNode, index: number) => model.constants.get(node.inputs[index]!)!
  const evaluate = (node: GraphNode): NaiveTensor => {
    const first = (): NaiveTensor => resultOf(node.inputs[0]!)
    const window = (kernel: readonly number[]): Window => ({
      kernel: [kernel[0]!, kernel[1]!],
      stride: node.strides[1]!,
      padding: node.padding,
    })
    switch (node.op) {
      case 'Placeholder':
        return input
      case 'Identity':
      case 'Reshape':
        return first()
      case '_FusedConv2D': {
        const { shape, values } = constant(node, 1)
        const sums = convolve(first(), values, shape[3]!, window(shape))
        const biased = perChannel(sums, (v, c) => v + constant(node, 2).values[c]!)
        if (node.fusedOps[1] === 'Relu') return perChannel(biased, (v) => Math.max(0, v))
        if (node.fusedOps[1] !== 'Prelu') return biased
        return perChannel(biased, (v, c) => (v < 0 ? v * constant(node, 3).values[c]! : v))
      }
      case 'DepthwiseConv2dNative': {
        const { shape, values } = constant(node, 1)
        return convolveDepthwise(first(), values, window(shape))
      }
      case 'AddV2': {
        const other = resultOf(node.inputs[1]!)
        return { ...first(), data: first().data.map((value, i) => value + other.data[i]!) }
      }
      case 'Relu':
        return perChannel(first(), (v) => Math.max(0, v))
      case 'Prelu':
        return perChannel(first(), (v, c) => (v < 0 ? v * constant(node, 1).values[c]! : v))
      case 'Sigmoid':
        return perChannel(first(), (v) => 1 / (1 + Math.exp(-v)))
      case 'MaxPool':
        return maxPool(first(), window(node.windowSize.slice(1)))
      case 'Pad':
        return padChannels(first(), constant(node, 1).values[7]!)
      default:
        throw new Error(`Not known: ${node.op}`)
    }
  }
  return outputNames.map((name) => resultOf(name).data)
}

/** @param weights kernel height, kernel width, input channels, output channels */
export function convolve(
  input: NaiveTensor,
  weights: ArrayLike<number>,
  outChannels: number,
  window: Window,
): NaiveTensor {
  const { channels } = input.shape
  return slide(input, window, outChannels, (at, place, out) => {
    let sum = 0
    for (let c = 0; c < channels; c++) {
      sum += input.data[at + c]! * weights[(place * channels + c) * outChannels + out]!
    }
    return sum
  })
}

/** @param weights kernel height, kernel width, channels */
export function convolveDepthwise(
  input: NaiveTensor,
  weights: ArrayLike<number>,
  window: Window,
): NaiveTensor {
  const { channels } = input.shape
  return slide(
    input,
    window,
    channels,
    (at, place, out) => input.data[at + out]! * weights[place * channels + out]!,
  )
}

export function maxPool(input: NaiveTensor, window: Window): NaiveTensor {
  const term = (at: number, _place: number, out: number): number => input.data[at + out]!
  return slide(input, window, input.shape.channels, term, Math.max, Number.NEGATIVE_INFINITY)
}

export function padChannels({ shape, data }: NaiveTensor, added: number): NaiveTensor {
  const padded = { ...shape, channels: shape.channels + added }
  const values = Float32Array.from({ length: elementCount(padded) }, (_, i) => {
    const channel = i % padded.channels
    const pixel = Math.floor(i / padded.channels)
    return channel < shape.channels ? data[pixel * shape.channels + channel]! : 0
  })
  return { shape: padded, data: values }
}

export function perChannel(
  { shape, data }: NaiveTensor,
  change: (value: number, channel: number) => number,
): NaiveTensor {
  return { shape, data: data.map((value, i) => change(value, i % shape.channels)) }
}

/** Combines the terms of every place of the window that lies on the input, for every output number. */
function slide(
  { shape }: NaiveTensor,
  { kernel: [kernelHeight, kernelWidth], stride, padding }: Window,
  outChannels: number,
  term: (at: number, place: number, out: number) => number,
  combine = (a: number, b: number): number => a + b,
  start = 0,
): NaiveTensor {
  const [height, top] = extent(shape.height, kernelHeight, stride, padding)
  const [width, left] = extent(shape.width, kernelWidth, stride, padding)
  const output = { height, width, channels: outChannels }
  const data = new Float32Array(elementCount(output))
  let o = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let out = 0; out < outChannels; out++) {
        let value = start
        for (let place = 0; place < kernelHeight * kernelWidth; place++) {
          const row = y * stride - top + Math.floor(place / kernelWidth)
          const column = x * stride - left + (place % kernelWidth)
          if (row < 0 || column < 0 || row >= shape.height || column >= shape.width) continue
          value = combine(value, term((row * shape.width + column) * shape.channels, place, out))
        }
        data[o++] = value
      }
    }
  }
  return { shape: output, data }
}

/** Output length and the padding before the input, as TensorFlow defines SAME and VALID. */
function extent(length: number, kernel: number, stride: number, padding: string): [number, number] {
  if (padding === 'VALID') return [Math.ceil((length - kernel + 1) / stride), 0]
  const count = Math.ceil(length / stride)
  return [count, Math.floor(Math.max(0, (count - 1) * stride + kernel - length) / 2)]
}
