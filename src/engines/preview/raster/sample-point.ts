// One bilinear sample of a texture plane, for what is painted point by point instead of by triangles.
import type { TexturePlane } from './texture.ts'

/** @param x @param y pixels of the plane; the centre of the first pixel is at 0.5 */
export function samplePoint({ pairs, width, height }: TexturePlane, x: number, y: number): number {
  const u = Math.min(Math.max(x - 0.5, 0), width - 1)
  const v = Math.min(Math.max(y - 0.5, 0), height - 1)
  const column = Math.floor(u)
  const row = Math.floor(v)
  const here = pairs[row * width + column]!
  const next = pairs[row * width + Math.min(column + 1, width - 1)]!
  const right = u - column
  const lower = v - row
  const upperRow = (here & 255) * (1 - right) + (next & 255) * right
  const lowerRow = (here >> 8) * (1 - right) + (next >> 8) * right
  return upperRow * (1 - lower) + lowerRow * lower
}
