import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assembleWasm, shippedWasm } from '../../../../test/support/assemble-wasm.ts'
import { frameStride, rgbToYuv, type YuvPlanes, yuvPlanesIn } from '../picture/yuv-planes.ts'
import { allocateShared, createFrameMemory } from './frame-memory.ts'
import { samplePoint } from './sample-point.ts'
import { TriangleSetUp } from './set-up-triangles.ts'
import { buildTexture, type Texture } from './texture.ts'
import { TriangleBatch } from './triangle-batch.ts'

const SIDE = 24
const SIZE = { width: SIDE, height: SIDE }
const EVERYTHING = { skipTurned: false, skipStill: false }

type Corner = readonly [number, number]

/** Smooth waves that differ in all places: a sample shows where it was taken. */
function waves(x: number, y: number): number[] {
  return [128 + 90 * Math.sin(x / 4), 128 + 90 * Math.cos(y / 5), 128 + 90 * Math.sin((x + y) / 6)]
}

/** A frame of zeros with a picture of waves to draw from. */
function bench(scale = 1) {
  const memory = createFrameMemory()
  const side = SIDE * scale
  const pixels = Array.from({ length: side * side }, (_, i) => [i % side, Math.floor(i / side)])
  const rgb = pixels.flatMap(([x, y]) => waves((x! + 0.5) / scale, (y! + 0.5) / scale))
  const picture = rgbToYuv({ data: Uint8Array.from(rgb), width: side, height: side })
  const texture = buildTexture(memory, picture, scale)
  const frame = yuvPlanesIn(allocateShared(memory, frameStride(SIZE)), SIZE)
  const luma = new TriangleBatch(memory)
  const chroma = new TriangleBatch(memory)
  luma.drawOn(SIDE, { target: frame.luma, texture: texture.luma })
  chroma.drawOn(
    SIDE / 2,
    { target: frame.blueChroma, texture: texture.blueChroma },
    { target: frame.redChroma, texture: texture.redChroma },
  )
  const setUp = new TriangleSetUp(luma, chroma, SIDE, scale)
  const draw = (
    triangles: readonly number[],
    posed: readonly Corner[],
    rest: readonly Corner[] = posed,
    choice = EVERYTHING,
  ): void => {
    const mesh = { rest: Float32Array.from(rest.flat()), posed: Float32Array.from(posed.flat()) }
    setUp.add(Uint16Array.from(triangles), mesh, choice)
    luma.flush()
    chroma.flush()
  }
  return { picture, texture, frame, draw }
}

const count = (frame: YuvPlanes): number => frame.luma.filter((value) => value > 0).length

const expected = ({ luma, scale }: Texture, x: number, y: number): number =>
  samplePoint(luma, x * scale, y * scale)

/** The inverse of a linear motion. */
function sourceOf(move: (x: number, y: number) => Corner): (x: number, y: number) => Corner {
  const [originX, originY] = move(0, 0)
  const [rightX, rightY] = move(1, 0)
  const [downX, downY] = move(0, 1)
  const [a, b] = [rightX - originX, rightY - originY]
  const [c, d] = [downX - originX, downY - originY]
  const area = a * d - b * c
  return (x, y) => {
    const dx = x - originX
    const dy = y - originY
    return [(dx * d - dy * c) / area, (dy * a - dx * b) / area]
  }
}

const coordinate = fc.double({ min: 1, max: SIDE - 1, noNaN: true })
const SQUARE: readonly Corner[] = [
  [0, 0],
  [SIDE, 0],
  [SIDE, SIDE],
  [0, SIDE],
]
/** Four triangles from the corners of a square to a fifth point. */
const FAN = [0, 1, 4, 1, 2, 4, 2, 3, 4, 3, 0, 4]

describe('drawn triangles', () => {
  it('are drawn by what the source of the assembled code says', async () => {
    const shipped = Buffer.from(await shippedWasm('engines/preview/raster/draw-triangles'))
    const assembled = await assembleWasm('engines/preview/raster/draw-triangles')
    expect(shipped.equals(assembled)).toBe(true)
  })

  it('repeat the picture exactly where nothing moves', () => {
    const { picture, frame, draw } = bench()
    draw(FAN, [...SQUARE, [9.3, 14.8]])
    for (const plane of ['luma', 'blueChroma', 'redChroma'] as const) {
      const worst = Math.max(...frame[plane].map((v, i) => Math.abs(v - picture[plane][i]!)))
      expect(worst, plane).toBeLessThanOrEqual(1)
    }
  })

  it('leave no pixel of a square out, wherever the corner is that they share', () => {
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => {
        const { frame, draw } = bench()
        draw(FAN, [...SQUARE, [x, y]])
        expect(count(frame)).toBe(SIDE * SIDE)
        expect(Math.min(...frame.redChroma, ...frame.blueChroma)).toBeGreaterThan(0)
      }),
      { numRuns: 40 },
    )
  })

  it('do not touch a pixel of their neighbours', () => {
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => {
        const corners = [...SQUARE, [x, y]] as const
        const pixels = [0, 3, 6, 9].map((from) => {
          const { frame, draw } = bench()
          draw(FAN.slice(from, from + 3), corners)
          return count(frame)
        })
        expect(pixels.reduce((sum, n) => sum + n, 0)).toBe(SIDE * SIDE)
      }),
      { numRuns: 20 },
    )
  })

  it.each([1, 1.5, 2])('carry the picture along, from a texture %s times as fine', (scale) => {
    const { texture, frame, draw } = bench(scale)
    const rest: Corner[] = [
      [3, 2],
      [20, 5],
      [6, 21],
    ]
    const posed = rest.map(([x, y]): Corner => [x + 1.3, y - 0.7])
    draw([0, 1, 2], posed, rest)
    for (const [x, y] of [
      [9, 5],
      [13, 7],
      [8, 15],
    ] as const) {
      const sample = expected(texture, x + 0.5 - 1.3, y + 0.5 + 0.7)
      expect(Math.abs(frame.luma[y * SIDE + x]! - sample)).toBeLessThan(2)
    }
  })

  it.each([
    ['turned by a quarter', (x: number, y: number): Corner => [y, SIDE - x]],
    ['turned by an eighth', (x: number, y: number): Corner => [(x + y) / 1.5, 10 + (y - x) / 1.5]],
    ['mirrored', (x: number, y: number): Corner => [SIDE - x, y]],
    ['half as large', (x: number, y: number): Corner => [x / 2, y / 2]],
    ['a fifth as wide', (x: number, y: number): Corner => [x / 5, y]],
    ['twice as large', (x: number, y: number): Corner => [x * 2 - 12, y * 2 - 12]],
    ['leaning', (x: number, y: number): Corner => [x + y / 3 - 4, y - x / 6]],
  ] as const)('show the picture %s as it is sampled point by point', (_, move) => {
    const { texture, frame, draw } = bench()
    const posed = SQUARE.map(([x, y]) => move(x, y))
    draw([0, 1, 2, 0, 2, 3], posed, SQUARE)
    const from = sourceOf(move)
    let drawn = 0
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const [restX, restY] = from(x + 0.5, y + 0.5)
        if (Math.min(restX, restY, SIDE - restX, SIDE - restY) < 0.6) continue
        const sample = expected(texture, restX, restY)
        expect(Math.abs(frame.luma[y * SIDE + x]! - sample)).toBeLessThan(2)
        drawn++
      }
    }
    expect(drawn).toBeGreaterThan(70)
  })

  it('go on with the border of the picture where they reach beyond it', () => {
    const { picture, frame, draw } = bench()
    const beyond = SQUARE.map(([x, y]): Corner => [x - 8, y])
    draw([0, 1, 2, 0, 2, 3], SQUARE, beyond)
    const row = frame.luma.subarray(5 * SIDE, 5 * SIDE + 8)
    expect([...row]).toEqual(new Array(8).fill(picture.luma[5 * SIDE]))
    expect(frame.luma[5 * SIDE + 12]).toBe(picture.luma[5 * SIDE + 4])
  })

  it('are clipped to the frame', () => {
    const { frame, draw } = bench()
    draw(
      [0, 1, 2],
      [
        [-90, -70],
        [200, -50],
        [10, 300],
      ],
    )
    expect(count(frame)).toBe(SIDE * SIDE)
  })

  it('are left out when turned over, and when they have not moved, if that is asked for', () => {
    const rest: Corner[] = [
      [2, 2],
      [20, 4],
      [6, 20],
    ]
    const turned = [rest[1]!, rest[0]!, rest[2]!]
    const left = bench()
    left.draw([0, 1, 2], turned, rest, { ...EVERYTHING, skipTurned: true })
    left.draw([0, 1, 2], rest, rest, { ...EVERYTHING, skipStill: true })
    expect(count(left.frame)).toBe(0)
    left.draw([0, 1, 2], turned, rest)
    expect(count(left.frame)).toBeGreaterThan(100)
  })

  it('cover each other in their order, however many there are', () => {
    const { picture, frame, draw } = bench()
    const flat: Corner[] = [
      [0, 0],
      [0.5, 0],
      [0, 0.5],
    ]
    const many = Array.from({ length: 1000 }, () => [0, 1, 3, 1, 2, 3]).flat()
    draw(many, SQUARE, [...flat, [0.5, 0.5]])
    draw([0, 1, 2, 0, 2, 3], SQUARE)
    const worst = Math.max(...frame.luma.map((v, i) => Math.abs(v - picture.luma[i]!)))
    expect(worst).toBeLessThanOrEqual(1)
  })
})
