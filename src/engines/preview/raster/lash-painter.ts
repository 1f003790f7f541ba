// Draws the line of lashes along the upper lid while the eye shuts: the texture alone would smear it over the lid.
import { EYES, type EyeLandmarks } from '../../../vision/landmarks.ts'
import { toYuv, type YuvColor } from '../picture/yuv-color.ts'
import type { YuvPlanes } from '../picture/yuv-planes.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import { clamp } from '../speech/ramps.ts'
import { Patch } from './patch.ts'

/** Lids that are less shut than this keep the lashes of the picture. */
const MIN_BLINK = 0.12
/** Half the line's thickness, as part of the face's height. */
const THICKNESS = 0.0065
const OPACITY = 0.62
const MIN_COVERAGE = 0.02

export class LashPainter {
  readonly #color: YuvColor
  readonly #thickness: number
  readonly #patch = new Patch()

  constructor({ colors, mouth }: FaceRig) {
    this.#color = toYuv(colors.lash)
    this.#thickness = mouth.faceHeight * THICKNESS
  }

  paint(frame: YuvPlanes, blink: number, posed: Float32Array): void {
    if (blink < MIN_BLINK) return
    for (const eye of EYES) {
      if (!this.#cover(lashLine(eye), OPACITY * clamp(blink, 0, 1), posed, frame)) continue
      this.#patch.fill(this.#color)
      this.#patch.blendInto(frame)
    }
  }

  #cover(line: readonly number[], opacity: number, posed: Float32Array, frame: YuvPlanes): boolean {
    const xs = line.map((vertex) => posed[vertex * 2]!)
    const ys = line.map((vertex) => posed[vertex * 2 + 1]!)
    const margin = 3 * this.#thickness
    const patch = this.#patch
    const visible = patch.place(
      Math.min(...xs) - margin,
      Math.min(...ys) - margin,
      Math.max(...xs) + margin,
      Math.max(...ys) + margin,
      frame,
    )
    if (!visible) return false
    for (let y = 0; y < patch.height; y++) {
      for (let x = 0; x < patch.width; x++) {
        const distance = squaredDistance(patch.x + x + 0.5, patch.y + y + 0.5, xs, ys)
        const coverage = opacity * Math.exp(-distance / this.#thickness ** 2)
        patch.coverage[y * patch.width + x] = coverage < MIN_COVERAGE ? 0 : coverage
      }
    }
    return true
  }
}

function lashLine({ corners, upperLid }: EyeLandmarks): number[] {
  return [corners[0], ...upperLid, corners[1]]
}

/** From a point to the nearest point of a line with corners. */
function squaredDistance(
  x: number,
  y: number,
  xs: readonly number[],
  ys: readonly number[],
): number {
  let nearest = Number.POSITIVE_INFINITY
  for (let i = 0; i + 1 < xs.length; i++) {
    const alongX = xs[i + 1]! - xs[i]!
    const alongY = ys[i + 1]! - ys[i]!
    const squaredLength = alongX * alongX + alongY * alongY || 1
    const share = clamp(((x - xs[i]!) * alongX + (y - ys[i]!) * alongY) / squaredLength, 0, 1)
    const dx = x - xs[i]! - share * alongX
    const dy = y - ys[i]! - share * alongY
    nearest = Math.min(nearest, dx * dx + dy * dy)
  }
  return nearest
}
