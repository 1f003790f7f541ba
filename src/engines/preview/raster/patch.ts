// A small painted picture with soft edges that is laid over a frame: the inside of the mouth, a lash line, the caption.
// Its memory grows to the largest use and is used again, so that painting costs no allocation per frame.

import { BLACK_LUMA, NEUTRAL_CHROMA, type YuvColor } from '../picture/yuv-color.ts'
import type { YuvPlanes } from '../picture/yuv-planes.ts'

export class Patch {
  /** Top left pixel in the frame, even like the sides: a colour sample of the frame is never cut. */
  x = 0
  y = 0
  width = 0
  height = 0
  /** 0..1 of each pixel, row by row: how much of the frame it hides. */
  coverage = new Float32Array(0)
  /** Colours of each pixel as in `YuvColor`. */
  luma = new Float32Array(0)
  blueChroma = new Float32Array(0)
  redChroma = new Float32Array(0)

  /**
   * Places the patch over a rectangle, clipped to the frame, with nothing covered.
   * @returns false when nothing of it is in the frame
   */
  place(
    left: number,
    top: number,
    right: number,
    bottom: number,
    frame: { readonly width: number; readonly height: number },
  ): boolean {
    this.x = Math.max(0, Math.floor(left)) & ~1
    this.y = Math.max(0, Math.floor(top)) & ~1
    this.width = Math.max(0, Math.min(frame.width, (Math.ceil(right) + 1) & ~1) - this.x)
    this.height = Math.max(0, Math.min(frame.height, (Math.ceil(bottom) + 1) & ~1) - this.y)
    const pixels = this.width * this.height
    if (pixels > this.coverage.length) {
      this.coverage = new Float32Array(pixels)
      this.luma = new Float32Array(pixels)
      this.blueChroma = new Float32Array(pixels)
      this.redChroma = new Float32Array(pixels)
    }
    this.coverage.fill(0, 0, pixels)
    return pixels > 0
  }

  /** Gives all of the patch one colour. */
  fill({ luma, blueChroma, redChroma }: YuvColor): void {
    const pixels = this.width * this.height
    this.luma.fill(luma, 0, pixels)
    this.blueChroma.fill(blueChroma, 0, pixels)
    this.redChroma.fill(redChroma, 0, pixels)
  }

  blendInto(frame: YuvPlanes): void {
    this.#blendLuma(frame)
    this.#blendChroma(frame.blueChroma, frame.width / 2, this.blueChroma)
    this.#blendChroma(frame.redChroma, frame.width / 2, this.redChroma)
  }

  #blendLuma({ luma, width }: YuvPlanes): void {
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        const at = y * this.width + x
        const coverage = this.coverage[at]!
        if (coverage === 0) continue
        const pixel = (this.y + y) * width + this.x + x
        const under = luma[pixel]!
        luma[pixel] = under + (BLACK_LUMA + this.luma[at]! - under) * coverage + 0.5
      }
    }
  }

  /** A colour sample of the frame takes the mean of the four pixels that it stands for. */
  #blendChroma(plane: Uint8Array, planeWidth: number, colors: Float32Array): void {
    const { width, height, coverage } = this
    for (let y = 0; y < height; y += 2) {
      for (let x = 0; x < width; x += 2) {
        const at = y * width + x
        const c0 = coverage[at]!
        const c1 = coverage[at + 1]!
        const c2 = coverage[at + width]!
        const c3 = coverage[at + width + 1]!
        const covered = (c0 + c1 + c2 + c3) / 4
        if (covered === 0) continue
        const color =
          (c0 * colors[at]! +
            c1 * colors[at + 1]! +
            c2 * colors[at + width]! +
            c3 * colors[at + width + 1]!) /
          4
        const sample = ((this.y + y) >> 1) * planeWidth + ((this.x + x) >> 1)
        const under = plane[sample]! - NEUTRAL_CHROMA
        plane[sample] = NEUTRAL_CHROMA + under * (1 - covered) + color + 0.5
      }
    }
  }
}
