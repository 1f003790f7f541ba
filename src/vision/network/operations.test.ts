// Every fast operation agrees with its definition, whatever the shape: odd sides, odd channel counts, strides, paddings.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assembleWasm, shippedWasm } from '../../../test/support/assemble-wasm.ts'
import {
  convolve,
  convolveDepthwise,
  maxPool,
  type NaiveTensor,
  padChannels,
  perChannel,
} from '../../../test/support/naive-graph.ts'
import { Arena } from './arena.ts'
import { planConvolution } from './convolution.ts'
import { planDepthwiseConvolution } from './depthwise-convolution.ts'
import { planMaxPool } from './max-pool.ts'
import { packMatrix } from './packed-matrix.ts'
import { planPadChannels } from './pad-channels.ts'
import { elementCount, type Shape } from './shape.ts'
import { slideWindow, type WindowOptions } from './sliding-window.ts'

const shapes = fc.record({
  height: fc.integer({ min: 3, max: 9 }),
  width: fc.integer({ min: 3, max: 9 }),
  channels: fc.integer({ min: 1, max: 9 }),
})
const paddings = fc.constantFrom('SAME' as const, 'VALID' as const)
const strides = fc.integer({ min: 1, max: 3 })
const seeds = fc.integer({ min: 1, max: 2 ** 31 })

describe('a convolution', () => {
  const kernels = fc.constantFrom(1, 2, 3)
  const outputs = fc.integer({ min: 1, max: 9 })

  it('with bias and slopes agrees with its definition', () => {
    fc.assert(
      fc.property(
        shapes,
        kernels,
        strides,
        paddings,
        outputs,
        seeds,
        (shape, side, stride, padding, outChannels, seed) => {
          const random = numbers(seed)
          const input = { shape, data: random(elementCount(shape)) }
          const weights = random(side * side * shape.channels * outChannels)
          const [bias, slope] = [random(outChannels), random(outChannels)]
          const naive = perChannel(
            convolve(input, weights, outChannels, { kernel: [side, side], stride, padding }),
            (value, c) => activated(value + bias[c]!, slope[c]!),
          )
          const window = slideWindow(shape, windowOf(side, stride, padding))
          const arena = new Arena()
          const data = kept(arena, input.data)
          const output = arena.take(naive.data.length)
          const matrix = packMatrix(arena, weights, bias, slope)
          planConvolution(arena, data, shape, window, matrix, null, output)()
          expectEqual(output, naive.data)
        },
      ),
    )
  })

  it('adds a residual before the activation', () => {
    fc.assert(
      fc.property(shapes, outputs, seeds, (shape, outChannels, seed) => {
        const random = numbers(seed)
        const input = { shape, data: random(elementCount(shape)) }
        const weights = random(shape.channels * outChannels)
        const sums = convolve(input, weights, outChannels, {
          kernel: [1, 1],
          stride: 1,
          padding: 'VALID',
        })
        const residual = random(sums.data.length)
        const window = slideWindow(shape, windowOf(1, 1, 'VALID'))
        const arena = new Arena()
        const data = kept(arena, input.data)
        const output = arena.take(sums.data.length)
        const zeros = new Float32Array(outChannels)
        const matrix = packMatrix(arena, weights, zeros, zeros)
        planConvolution(arena, data, shape, window, matrix, kept(arena, residual), output)()
        const expected = sums.data.map((value, i) => Math.max(0, value + residual[i]!))
        expectEqual(output, expected)
      }),
    )
  })
})

it('a depthwise convolution agrees with its definition', () => {
  fc.assert(
    fc.property(shapes, strides, paddings, seeds, (shape, stride, padding, seed) => {
      const random = numbers(seed)
      const input = { shape, data: random(elementCount(shape)) }
      const weights = random(9 * shape.channels)
      const naive = convolveDepthwise(input, weights, { kernel: [3, 3], stride, padding })
      const window = slideWindow(shape, windowOf(3, stride, padding))
      const arena = new Arena()
      const data = kept(arena, input.data)
      const output = arena.take(naive.data.length)
      const run = planDepthwiseConvolution(arena, data, shape, window, weights, output)
      run()
      run() // a second run must not see leftovers of the first
      expectEqual(output, naive.data)
    }),
  )
})

it('a max pool agrees with its definition', () => {
  fc.assert(
    fc.property(evenShapes(), seeds, (shape, seed) => {
      const input = { shape, data: numbers(seed)(elementCount(shape)) }
      const naive = maxPool(input, { kernel: [2, 2], stride: 2, padding: 'SAME' })
      const arena = new Arena()
      const data = kept(arena, input.data)
      const output = arena.take(naive.data.length)
      planMaxPool(arena, data, shape, output)()
      expectEqual(output, naive.data)
    }),
  )
})

it('padded channels are zero, even where a previous result was', () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 5 }), seeds, (shape, added, seed) => {
      const input: NaiveTensor = { shape, data: numbers(seed)(elementCount(shape)) }
      const naive = padChannels(input, added)
      const output = new Float32Array(naive.data.length).fill(7)
      planPadChannels(input.data, shape, shape.channels + added, output)()
      expectEqual(output, naive.data)
    }),
  )
})

it('the innermost loops are what their source says', async () => {
  const shipped = Buffer.from(await shippedWasm('vision/network/network-kernel'))
  expect(shipped.equals(await assembleWasm('vision/network/network-kernel'))).toBe(true)
})

function evenShapes(): fc.Arbitrary<Shape> {
  return shapes.map(({ height, width, channels }) => ({
    height: 2 * height,
    width: 2 * width,
    channels,
  }))
}

function kept(arena: Arena, values: Float32Array): Float32Array {
  const array = arena.own(values.length)
  array.set(values)
  return array
}

function windowOf(side: number, stride: number, padding: 'SAME' | 'VALID'): WindowOptions {
  return {
    kernelHeight: side,
    kernelWidth: side,
    strideY: stride,
    strideX: stride,
    padding,
  }
}

function activated(value: number, slope: number): number {
  return value < 0 ? value * slope : value
}

/** Arrays of numbers between -1 and 1. */
function numbers(seed: number): (length: number) => Float32Array {
  let state = seed
  return (length) =>
    Float32Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 31 - 1
    })
}

/** The fast operations add in single precision and in their own order, so the last bits of a float may differ. */
function expectEqual(actual: Float32Array, expected: Float32Array): void {
  expect(actual).toHaveLength(expected.length)
  const worst = actual.reduce((max, value, i) => Math.max(max, Math.abs(value - expected[i]!)), 0)
  expect(worst).toBeLessThan(1e-5)
}
