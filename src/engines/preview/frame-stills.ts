// Small pictures of the frames as they are drawn, for whoever watches: one in two seconds, thinned here and encoded beside the
// drawing. The frames wait for none of it.

import type { Size } from '@infinitetalk/arithmetic'
import sharp from 'sharp'
import { FRAME_EVERY_MS, FRAME_MAX_SIDE } from '../../domain/latest-frame.ts'
import { BLACK_LUMA, NEUTRAL_CHROMA } from './picture/yuv-color.ts'
import { type YuvPlanes, yuvPlanesIn } from './picture/yuv-planes.ts'

const QUALITY = 72

export class FrameStills {
  readonly #size: Size
  readonly #onFrame: ((jpeg: Uint8Array) => void) | undefined
  readonly #nowMs: () => number
  #dueMs = Number.NEGATIVE_INFINITY
  #encoding: Promise<void> | null = null

  /** @param onFrame undefined: nobody watches, and nothing is done */
  constructor(
    size: Size,
    onFrame: ((jpeg: Uint8Array) => void) | undefined,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#size = size
    this.#onFrame = onFrame
    this.#nowMs = nowMs
  }

  /** @param frame yuv420p; may be overwritten once this has returned */
  offer(frame: Uint8Array): void {
    const onFrame = this.#onFrame
    const nowMs = this.#nowMs()
    if (onFrame === undefined || this.#encoding !== null || nowMs < this.#dueMs) return
    this.#dueMs = nowMs + FRAME_EVERY_MS
    this.#encoding = encode(thin(yuvPlanesIn(frame, this.#size)))
      .then(onFrame)
      // A video without stills on the way is a video.
      .catch(() => {})
      .finally(() => {
        this.#encoding = null
      })
  }

  /** Nothing is said after this has returned. */
  async end(): Promise<void> {
    await this.#encoding
  }
}

interface RgbPicture extends Size {
  readonly data: Uint8Array
}

/** Every so many pixels one: what is seen for two seconds need not be smooth. */
export function thin({ width, height, luma, blueChroma, redChroma }: YuvPlanes): RgbPicture {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / FRAME_MAX_SIDE))
  const columns = Math.floor(width / step)
  const rows = Math.floor(height / step)
  const data = new Uint8ClampedArray(columns * rows * 3)
  let at = 0
  for (let row = 0; row < rows; row++) {
    const y = row * step
    for (let column = 0; column < columns; column++) {
      const x = column * step
      const chroma = (y >> 1) * (width >> 1) + (x >> 1)
      const brightness = ((luma[y * width + x]! - BLACK_LUMA) * 255) / 219
      const blue = ((blueChroma[chroma]! - NEUTRAL_CHROMA) * 255) / 224
      const red = ((redChroma[chroma]! - NEUTRAL_CHROMA) * 255) / 224
      // BT.709, the inverse of yuv-color.ts.
      data[at++] = brightness + 1.5748 * red
      data[at++] = brightness - 0.1873 * blue - 0.4681 * red
      data[at++] = brightness + 1.8556 * blue
    }
  }
  return { width: columns, height: rows, data: new Uint8Array(data.buffer) }
}

async function encode({ data, width, height }: RgbPicture): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer()
}
