// Takes the dark line of a shut mouth off the rims of open lips: half of it lies on either lip, and a drawn mouth that opens
// would be outlined twice. The lip's own colour, from a little further out, is laid over it.
import type { YuvPlanes } from '../picture/yuv-planes.ts'
import { smoothRamp } from '../speech/ramps.ts'

/** Half the thickness of the line between shut lips, in half mouth widths. */
const LINE = 0.055
/** Lips this far apart, in half mouth widths, still show the line; from the second number on it is gone. */
const SHOWN_UNTIL = 0.03
const GONE_FROM = 0.14

/** Where an opening begins and ends in each of its columns, in pixels of the frame; empty columns end before they begin. */
export interface LipEdges {
  readonly firstColumn: number
  readonly columns: number
  readonly upper: Float32Array
  readonly lower: Float32Array
}

export class LipRim {
  readonly #halfWidth: number

  /** @param halfWidth of the mouth, in pixels */
  constructor(halfWidth: number) {
    this.#halfWidth = halfWidth
  }

  /** @param opening distance between the lips in the middle, in pixels */
  paint(frame: YuvPlanes, edges: LipEdges, opening: number): void {
    const strength = smoothRamp(SHOWN_UNTIL, GONE_FROM, opening / this.#halfWidth)
    if (strength === 0) return
    const { width, height } = frame
    this.#paintPlane(frame.luma, { width, height, step: 1 }, edges, strength)
    const chroma = { width: width / 2, height: height / 2, step: 2 }
    this.#paintPlane(frame.blueChroma, chroma, edges, strength)
    this.#paintPlane(frame.redChroma, chroma, edges, strength)
  }

  #paintPlane(plane: Uint8Array, size: PlaneSize, edges: LipEdges, strength: number): void {
    const { step } = size
    const line = (LINE * this.#halfWidth) / step
    for (let column = 0; column < edges.columns; column += step) {
      const upper = edges.upper[column]!
      const lower = edges.lower[column]!
      if (lower <= upper) continue
      const x = (edges.firstColumn + column) / step
      smear(plane, size, x, Math.floor(upper / step), { outwards: -1, line, strength })
      smear(plane, size, x, Math.ceil(lower / step), { outwards: 1, line, strength })
    }
  }
}

interface PlaneSize {
  readonly width: number
  readonly height: number
  /** Pixels of the frame that one sample is wide and high. */
  readonly step: number
}

/** Goes outwards from the rim, so that what is copied has not been painted over yet. */
function smear(
  plane: Uint8Array,
  { width, height }: PlaneSize,
  x: number,
  rim: number,
  { outwards, line, strength }: { outwards: 1 | -1; line: number; strength: number },
): void {
  const from = Math.max(1, Math.round(line * 1.3))
  for (let distance = -1; distance < line * 2; distance++) {
    const y = rim + outwards * distance
    const source = y + outwards * from
    if (Math.min(y, source) < 0 || Math.max(y, source) >= height) return
    const share = strength * (1 - smoothRamp(line, line * 2, distance))
    const at = y * width + x
    plane[at] = plane[at]! + (plane[source * width + x]! - plane[at]!) * share + 0.5
  }
}
