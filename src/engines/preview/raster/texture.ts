// The picture in the form in which the frames are sampled from it: every element holds a pixel and its right, lower and
// lower right neighbours, so that a bilinear sample is one read of memory. Shared between workers, never copied.
import type { YuvPlanes } from '../picture/yuv-planes.ts'

export interface TexturePlane {
  readonly width: number
  readonly height: number
  /** One byte each, from the lowest: pixel, right neighbour, lower neighbour, lower right neighbour. */
  readonly quads: Uint32Array
}

export interface Texture {
  /** How many texture pixels one pixel of the frame is wide and high. */
  readonly scale: number
  readonly luma: TexturePlane
  readonly blueChroma: TexturePlane
  readonly redChroma: TexturePlane
}

export function buildTexture(planes: YuvPlanes, scale: number): Texture {
  const { width, height } = planes
  return {
    scale,
    luma: quadPlane(planes.luma, width, height),
    blueChroma: quadPlane(planes.blueChroma, width / 2, height / 2),
    redChroma: quadPlane(planes.redChroma, width / 2, height / 2),
  }
}

function quadPlane(pixels: Uint8Array, width: number, height: number): TexturePlane {
  const quads = new Uint32Array(new SharedArrayBuffer(width * height * 4))
  for (let y = 0; y < height; y++) {
    const row = y * width
    const below = Math.min(y + 1, height - 1) * width
    for (let x = 0; x < width; x++) {
      const right = Math.min(x + 1, width - 1)
      quads[row + x] =
        pixels[row + x]! |
        (pixels[row + right]! << 8) |
        (pixels[below + x]! << 16) |
        (pixels[below + right]! << 24)
    }
  }
  return { width, height, quads }
}
