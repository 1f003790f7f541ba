// Paints the skin of a lid that shuts. The texture has only a narrow strip of it, in the shadow of the brow: stretched over
// the eye it would be a dark smear.
import { EYES } from '../../../vision/landmarks.ts'
import { toYuv, type YuvColor } from '../picture/yuv-color.ts'
import type { YuvPlanes } from '../picture/yuv-planes.ts'
import type { FaceRig } from '../rig/face-rig.ts'
import { smoothRamp } from '../speech/ramps.ts'
import { Patch } from './patch.ts'
import { PolygonCoverage } from './polygon-coverage.ts'

/** From here on the lid is painted, fully from the second number on. */
const PAINTED_FROM = 0.2
const PAINTED_FULLY_FROM = 0.7
const OPACITY = 0.85
/** The paint fades out towards both corners of the eye and towards the crease, as parts of the lid's extent. */
const CORNER_FADE = 0.22
const CREASE_FADE = 0.5
/** A lid is a ball: brightest in its middle, darker towards its edge and its corners. */
const CORNER_SHADE = 0.12
const EDGE_SHADE = 0.1

const OUTLINES = EYES.map(({ corners, upperCrease, upperLid }) => [
  corners[0],
  ...upperCrease,
  corners[1],
  ...upperLid.toReversed(),
])
const CORNERS = Math.max(...OUTLINES.map((outline) => outline.length))

export class LidPainter {
  readonly #colors: readonly YuvColor[]
  readonly #patch = new Patch()
  readonly #outline = new Float32Array(CORNERS * 2)
  readonly #coverage = new PolygonCoverage(CORNERS)

  constructor({ colors }: FaceRig) {
    this.#colors = colors.lids.map(toYuv)
  }

  paint(frame: YuvPlanes, blink: number, posed: Float32Array): void {
    const opacity = OPACITY * smoothRamp(PAINTED_FROM, PAINTED_FULLY_FROM, blink)
    if (opacity === 0) return
    OUTLINES.forEach((outline, eye) => {
      outline.forEach((vertex, i) => {
        this.#outline[i * 2] = posed[vertex * 2]!
        this.#outline[i * 2 + 1] = posed[vertex * 2 + 1]!
      })
      if (!this.#coverage.cover(this.#patch, this.#outline, frame)) return
      this.#shade(this.#colors[eye]!, opacity)
      this.#patch.blendInto(frame)
    })
  }

  #shade({ luma, blueChroma, redChroma }: YuvColor, opacity: number): void {
    const patch = this.#patch
    const { width, height, coverage } = patch
    for (let x = 0; x < width; x++) {
      let top = 0
      while (top < height && coverage[top * width + x] === 0) top++
      let bottom = height
      while (bottom > top && coverage[(bottom - 1) * width + x] === 0) bottom--
      const across = (x + 0.5) / width
      const fromCorner = Math.min(across, 1 - across)
      const side = opacity * smoothRamp(0, CORNER_FADE, fromCorner)
      const ball = 1 - CORNER_SHADE * (2 * across - 1) ** 2
      for (let y = top; y < bottom; y++) {
        const at = y * width + x
        const down = (y + 0.5 - top) / (bottom - top)
        const shade = ball * (1 - EDGE_SHADE * down * down)
        coverage[at]! *= side * smoothRamp(0, CREASE_FADE, down)
        patch.luma[at] = luma * shade
        patch.blueChroma[at] = blueChroma * shade
        patch.redChroma[at] = redChroma * shade
      }
    }
  }
}
