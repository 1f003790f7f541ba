// The picture in the form in which the frames are sampled from it: every element holds a pixel and the one below it, so that
// two neighbouring elements, one read of memory, are the four pixels of a bilinear sample. Shared between threads.
import type { YuvPlanes } from '../picture/yuv-planes.ts'
import { allocateShared } from './frame-memory.ts'

export interface TexturePlane {
  readonly width: number
  readonly height: number
  /** Low byte: the pixel, high byte: the pixel below. One more element than pixels, for the last one's right neighbour. */
  readonly pairs: Uint16Array
}

export interface Texture {
  /** How many texture pixels one pixel of the frame is wide and high. */
  readonly scale: number
  readonly luma: TexturePlane
  readonly blueChroma: TexturePlane
  readonly redChroma: TexturePlane
}

export function buildTexture(
  memory: WebAssembly.Memory,
  planes: YuvPlanes,
  scale: number,
): Texture {
  const { width, height } = planes
  return {
    scale,
    luma: pairPlane(memory, planes.luma, width, height),
    blueChroma: pairPlane(memory, planes.blueChroma, width / 2, height / 2),
    redChroma: pairPlane(memory, planes.redChroma, width / 2, height / 2),
  }
}

function pairPlane(
  memory: WebAssembly.Memory,
  pixels: Uint8Array,
  width: number,
  height: number,
): TexturePlane {
  const length = width * height + 1
  const block = allocateShared(memory, length * Uint16Array.BYTES_PER_ELEMENT)
  const pairs = new Uint16Array(block.buffer, block.byteOffset, length)
  for (let y = 0; y < height; y++) {
    const row = y * width
    const below = Math.min(y + 1, height - 1) * width
    for (let x = 0; x < width; x++) pairs[row + x] = pixels[row + x]! | (pixels[below + x]! << 8)
  }
  return { width, height, pairs }
}
