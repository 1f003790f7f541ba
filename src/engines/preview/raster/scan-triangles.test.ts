import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanTriangles } from './scan-triangles.ts'

const SIDE = 24
const PLANE = { width: SIDE, height: SIDE, scale: 1, textureScale: 1 }
const ALL = { skipTurned: false, skipStill: false }

/** How often each pixel is drawn. */
function coverage(
  corners: readonly (readonly [number, number])[],
  triangles: readonly number[],
  options = ALL,
  rest = corners,
): Uint8Array {
  const drawn = new Uint8Array(SIDE * SIDE)
  const sink = {
    add: (start: number, length: number) => {
      for (let pixel = start; pixel < start + length; pixel++) drawn[pixel]!++
    },
  }
  const mesh = { rest: Float32Array.from(rest.flat()), posed: Float32Array.from(corners.flat()) }
  scanTriangles(sink, Uint16Array.from(triangles), mesh, PLANE, options)
  return drawn
}

const coordinate = fc.double({ min: 2, max: SIDE - 2, noNaN: true })

describe('scan conversion', () => {
  it('draws every pixel of a square exactly once, wherever the point is that its triangles share', () => {
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => {
        const corners = [
          [0, 0],
          [SIDE, 0],
          [SIDE, SIDE],
          [0, SIDE],
          [x, y],
        ] as const
        const drawn = coverage(corners, [0, 1, 4, 1, 2, 4, 2, 3, 4, 3, 0, 4])
        expect(drawn.every((count) => count === 1)).toBe(true)
      }),
    )
  })

  it('clips what reaches beyond the frame', () => {
    const corners = [
      [-90, -70],
      [200, -50],
      [10, 300],
    ] as const
    expect(coverage(corners, [0, 1, 2]).every((count) => count === 1)).toBe(true)
    expect(
      coverage(
        [
          [30, 2],
          [40, 9],
          [33, 20],
        ],
        [0, 1, 2],
      ).every((count) => count === 0),
    ).toBe(true)
  })

  it('leaves out triangles that are turned over, and those that have not moved, when asked to', () => {
    const rest = [
      [2, 2],
      [20, 4],
      [6, 20],
    ] as const
    const turned = [
      [20, 4],
      [2, 2],
      [6, 20],
    ] as const
    const count = (drawn: Uint8Array): number => drawn.reduce((sum, n) => sum + n, 0)
    expect(count(coverage(turned, [0, 1, 2], { ...ALL, skipTurned: true }, rest))).toBe(0)
    expect(count(coverage(turned, [0, 1, 2], ALL, rest))).toBeGreaterThan(100)
    expect(count(coverage(rest, [0, 1, 2], { ...ALL, skipStill: true }))).toBe(0)
  })
})
