// One bilinear sample of a texture plane, for what is painted point by point instead of by triangles.
import { PIXEL_BIAS, type TexturePlane } from './texture.ts'

/** @param x @param y pixels of the plane; the centre of the first pixel is at 0.5 */
export function samplePoint(plane: TexturePlane, x: number, y: number): number {
  const { width, height, pitch, origin, pixels } = plane
  const u = Math.min(Math.max(x - 0.5, 0), width - 1)
  const v = Math.min(Math.max(y - 0.5, 0), height - 1)
  const column = Math.floor(u)
  const row = Math.floor(v)
  // Behind the last column and row the margin goes on with them.
  const upper = origin + row * pitch + column
  const lower = upper + pitch
  const right = u - column
  const down = v - row
  const upperRow = pixels[upper]! * (1 - right) + pixels[upper + 1]! * right
  const lowerRow = pixels[lower]! * (1 - right) + pixels[lower + 1]! * right
  return upperRow * (1 - down) + lowerRow * down + PIXEL_BIAS
}
