// How much of each pixel of a patch a polygon covers, with a soft edge: the stencil for the inside of the mouth.
import type { Patch } from './patch.ts'

/** Scan lines per row of pixels; along a line the coverage is exact. */
const LINES_PER_ROW = 4
/** Room for the soft edge around the polygon, in pixels. */
const MARGIN = 2

export class PolygonCoverage {
  #rows = new Float32Array(0)
  readonly #crossings: Float64Array

  constructor(maxCorners: number) {
    this.#crossings = new Float64Array(maxCorners)
  }

  /**
   * Places a patch over a polygon and sets its coverage; holes by the even-odd rule.
   * @param corners x, y pairs in pixels of the frame
   * @returns false when the polygon is outside the frame
   */
  cover(
    patch: Patch,
    corners: Float32Array,
    frame: { readonly width: number; readonly height: number },
  ): boolean {
    let left = Number.POSITIVE_INFINITY
    let right = Number.NEGATIVE_INFINITY
    let top = Number.POSITIVE_INFINITY
    let bottom = Number.NEGATIVE_INFINITY
    for (let i = 0; i < corners.length; i += 2) {
      left = Math.min(left, corners[i]!)
      right = Math.max(right, corners[i]!)
      top = Math.min(top, corners[i + 1]!)
      bottom = Math.max(bottom, corners[i + 1]!)
    }
    if (!patch.place(left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN, frame)) {
      return false
    }
    const crossings = this.#crossings
    for (let y = 0; y < patch.height; y++) {
      for (let line = 0; line < LINES_PER_ROW; line++) {
        const count = this.#cross(corners, patch.y + y + (line + 0.5) / LINES_PER_ROW)
        for (let k = 0; k + 1 < count; k += 2) {
          addRun(patch, y, crossings[k]! - patch.x, crossings[k + 1]! - patch.x)
        }
      }
    }
    this.#soften(patch)
    return true
  }

  /** Finds where the polygon's edges cross a horizontal line, from left to right; returns how many. */
  #cross(corners: Float32Array, y: number): number {
    const found = this.#crossings
    let count = 0
    let previous = corners.length - 2
    for (let i = 0; i < corners.length; i += 2) {
      const y0 = corners[i + 1]!
      const y1 = corners[previous + 1]!
      if (y0 > y !== y1 > y) {
        const x0 = corners[i]!
        const x = x0 + ((y - y0) * (corners[previous]! - x0)) / (y1 - y0)
        let at = count++
        for (; at > 0 && found[at - 1]! > x; at--) found[at] = found[at - 1]!
        found[at] = x
      }
      previous = i
    }
    return count
  }

  /** Weights 1 2 1 across and down: an edge as soft as the lips of a photo. The outermost pixels stay uncovered. */
  #soften({ width, height, coverage }: Patch): void {
    const pixels = width * height
    if (pixels > this.#rows.length) this.#rows = new Float32Array(pixels)
    const rows = this.#rows
    for (let i = 1; i < pixels - 1; i++) {
      rows[i] = (coverage[i - 1]! + 2 * coverage[i]! + coverage[i + 1]!) / 4
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = y * width + x
        const onEdge = y === 0 || x === 0 || y === height - 1 || x === width - 1
        coverage[i] = onEdge ? 0 : (rows[i - width]! + 2 * rows[i]! + rows[i + width]!) / 4
      }
    }
  }
}

function addRun({ width, coverage }: Patch, row: number, from: number, to: number): void {
  const first = Math.max(0, Math.floor(from))
  const last = Math.min(width - 1, Math.floor(to))
  for (let x = first; x <= last; x++) {
    const part = Math.min(to, x + 1) - Math.max(from, x)
    if (part > 0) coverage[row * width + x]! += part / LINES_PER_ROW
  }
}
