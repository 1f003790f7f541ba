import fc from 'fast-check'
import { expect, it } from 'vitest'
import { assembleWasm, shippedWasm } from '../../test/support/assemble-wasm.ts'
import type { RgbImage } from './rgb-image.ts'
import { SquareSampler } from './sample-square.ts'
import type { Square } from './square.ts'

const SIDE = 6
const RANGE = { scale: 1 / 255, offset: -0.25 }

/** Mean of taps x taps bilinear samples of one pixel of the square, by definition. */
function definition(image: RgbImage, square: Square, x: number, y: number): number[] {
  const pixel = (2 * square.halfSide) / SIDE
  const taps = Math.max(1, Math.min(4, Math.round(pixel)))
  const places = Array.from({ length: taps * taps }, (_, i) => [i % taps, Math.floor(i / taps)])
  const samples = places.map(([i, j]) => {
    const along = ((x + (i! + 0.5) / taps) / SIDE - 0.5) * 2 * square.halfSide
    const down = ((y + (j! + 0.5) / taps) / SIDE - 0.5) * 2 * square.halfSide
    const { cos, sin } = Math
    return bilinear(
      image,
      square.centerX + along * cos(square.rotation) - down * sin(square.rotation) - 0.5,
      square.centerY + along * sin(square.rotation) + down * cos(square.rotation) - 0.5,
    )
  })
  return [0, 1, 2].map((color) => {
    const sum = samples.reduce((total, sample) => total + sample[color]!, 0)
    return (sum / samples.length) * RANGE.scale + RANGE.offset
  })
}

function bilinear({ data, width, height }: RgbImage, u: number, v: number): number[] {
  if (u < -1 || v < -1 || u > width || v > height) return [0, 0, 0]
  const [x, y] = [Math.min(Math.max(u, 0), width - 1), Math.min(Math.max(v, 0), height - 1)]
  const [column, row] = [Math.min(Math.floor(x), width - 2), Math.min(Math.floor(y), height - 2)]
  const at = (i: number, j: number, color: number): number =>
    data[((row + j) * width + column + i) * 3 + color]!
  return [0, 1, 2].map((color) => {
    const upper = at(0, 0, color) * (column + 1 - x) + at(1, 0, color) * (x - column)
    const lower = at(0, 1, color) * (column + 1 - x) + at(1, 1, color) * (x - column)
    return upper * (row + 1 - y) + lower * (y - row)
  })
}

it('a sampled square holds the means of its samples, inside the picture and across its edges', () => {
  const sampler = new SquareSampler(SIDE, RANGE)
  const squares = fc.record({
    centerX: fc.double({ min: -20, max: 60, noNaN: true }),
    centerY: fc.double({ min: -20, max: 60, noNaN: true }),
    halfSide: fc.double({ min: 0.5, max: 40, noNaN: true }),
    rotation: fc.double({ min: -4, max: 4, noNaN: true }),
  })
  const sides = fc.integer({ min: 2, max: 40 })
  fc.assert(
    fc.property(sides, sides, squares, (width, height, square) => {
      // Smooth, so that a sample a thousandth of a pixel further shows nearly the same.
      const waves = (_: unknown, i: number) => 128 + 120 * Math.sin(i / 3 / width) * Math.cos(i / 7)
      const data = Uint8Array.from({ length: width * height * 3 }, waves)
      const image: RgbImage = { data, width, height }
      const sampled = sampler.sample(image, square)
      for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
        const expected = definition(image, square, pixel % SIDE, Math.floor(pixel / SIDE))
        for (const [color, value] of expected.entries()) {
          expect(Math.abs(sampled[pixel * 3 + color]! - value)).toBeLessThan(2e-3)
        }
      }
    }),
  )
})

it('the loop over samples is what its source says', async () => {
  const shipped = Buffer.from(await shippedWasm('vision/sample-square'))
  expect(shipped.equals(await assembleWasm('vision/sample-square'))).toBe(true)
})
