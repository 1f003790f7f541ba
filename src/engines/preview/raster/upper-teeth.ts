// The row of upper teeth: where each tooth begins, how long it is and how much light it gets. In tooth units (see
// MouthFrame) from the middle line; the right half mirrors the left one.
import { smoothRamp } from '../speech/ramps.ts'

interface Tooth {
  readonly start: number
  readonly end: number
  /** Length of the longest tooth. */
  readonly length: number
  readonly light: number
}

/** Two incisors, the canine, two premolars, and what is seen of the molars. */
const TEETH: readonly Tooth[] = [
  { start: 0, end: 0.2, length: 1, light: 1 },
  { start: 0.2, end: 0.355, length: 0.86, light: 0.97 },
  { start: 0.355, end: 0.51, length: 0.93, light: 0.9 },
  { start: 0.51, end: 0.65, length: 0.8, light: 0.88 },
  { start: 0.65, end: 0.8, length: 0.7, light: 0.82 },
  { start: 0.8, end: Number.POSITIVE_INFINITY, length: 0.6, light: 0.75 },
]
const FULL_LENGTH = 0.15
/** The last tooth has no end: its shape is as if it were so wide. */
const LAST_WIDTH = 0.4
/** Half the softness of the lower edge. */
const EDGE = 0.03
/** How much higher the edge is at the corners of a tooth than in its middle. */
const ROUNDNESS = 0.03
/** The corners of the mouth lie in the shadow of the cheeks. */
const CORNER_DARKNESS = 0.62

export class UpperTeeth {
  /** How much of the last point is tooth, 0..1, and its share of the light. */
  alpha = 0
  shade = 0

  /**
   * Looks at one point.
   * @param edge where the longest tooth ends
   * @param halfWidth beyond this no tooth is seen
   */
  look(across: number, down: number, edge: number, halfWidth: number): void {
    this.alpha = 0
    const side = Math.abs(across)
    if (side >= halfWidth || down >= edge + EDGE) return
    const tooth = toothAt(side)
    const width = Math.min(tooth.end - tooth.start, LAST_WIDTH)
    const place = Math.min(1, (side - tooth.start) / width)
    const fromMiddle = 2 * place - 1
    const ownEdge = edge - FULL_LENGTH * (1 - tooth.length) - ROUNDNESS * fromMiddle ** 4
    this.alpha =
      (1 - smoothRamp(ownEdge - EDGE, ownEdge + EDGE, down)) *
      (1 - smoothRamp(halfWidth * 0.55, halfWidth * 0.92, side))
    if (this.alpha === 0) return
    const toGap = Math.min(place, 1 - place) * width
    const gap = 0.72 + 0.28 * smoothRamp(0, 0.022, toGap)
    const bulge = 0.93 + 0.07 * (1 - fromMiddle ** 2)
    const tip = 0.86 + 0.14 * smoothRamp(0, 0.1, ownEdge - down)
    const corner = 1 - CORNER_DARKNESS * (across / halfWidth) ** 2
    this.shade = corner * gap * bulge * tip * tooth.light
  }
}

function toothAt(side: number): Tooth {
  for (const tooth of TEETH) if (side < tooth.end) return tooth
  throw new RangeError(`There is no tooth at ${side}.`)
}
