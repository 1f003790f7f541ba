// The picture in the form in which the frames are sampled from it: planes with margins that continue their borders, so that
// many pixels can be read at once wherever a sample is taken. Shared between threads.
import type { YuvPlanes } from '../picture/yuv-planes.ts'
import { allocateShared } from './frame-memory.ts'

export interface TexturePlane {
  readonly width: number
  readonly height: number
  /** Elements from one row to the next. */
  readonly pitch: number
  /** Element of the first pixel; margins lie around the picture. */
  readonly origin: number
  /** A pixel less PIXEL_BIAS. */
  readonly pixels: Int8Array
}

export interface Texture {
  /** How many texture pixels one pixel of the frame is wide and high. */
  readonly scale: number
  readonly luma: TexturePlane
  readonly blueChroma: TexturePlane
  readonly redChroma: TexturePlane
}

/** Makes signed bytes of pixels: those can be multiplied two at a time. */
export const PIXEL_BIAS = 128
/** draw-triangles.wat reads so many columns and rows at once. */
const MARGIN_COLUMNS = 16
const MARGIN_ROWS = 3

export function buildTexture(
  memory: WebAssembly.Memory,
  planes: YuvPlanes,
  scale: number,
): Texture {
  const { width, height } = planes
  return {
    scale,
    luma: withMargins(memory, planes.luma, width, height),
    blueChroma: withMargins(memory, planes.blueChroma, width / 2, height / 2),
    redChroma: withMargins(memory, planes.redChroma, width / 2, height / 2),
  }
}

function withMargins(
  memory: WebAssembly.Memory,
  picture: Uint8Array,
  width: number,
  height: number,
): TexturePlane {
  const pitch = width + 2 * MARGIN_COLUMNS
  const length = pitch * (height + 2 * MARGIN_ROWS)
  const block = allocateShared(memory, length)
  const pixels = new Int8Array(block.buffer, block.byteOffset, length)
  for (let y = -MARGIN_ROWS; y < height + MARGIN_ROWS; y++) {
    const from = Math.min(Math.max(y, 0), height - 1) * width
    const to = (y + MARGIN_ROWS) * pitch
    const line = pixels.subarray(to, to + pitch)
    line.fill(picture[from]! - PIXEL_BIAS, 0, MARGIN_COLUMNS)
    for (let x = 0; x < width; x++) line[MARGIN_COLUMNS + x] = picture[from + x]! - PIXEL_BIAS
    line.fill(picture[from + width - 1]! - PIXEL_BIAS, MARGIN_COLUMNS + width)
  }
  return { width, height, pitch, origin: MARGIN_ROWS * pitch + MARGIN_COLUMNS, pixels }
}
