// Takes the dark line of a shut mouth off the rims of open lips: half of it lies on either lip, and a drawn mouth that opens
// would be outlined twice. The lip's own colour, from a little further out, is laid over it. Where a picture draws the line beyond
// the corners of the lips it would stick out of an open mouth: there the skin above and below is laid over it.
import type { YuvPlanes } from '../picture/yuv-planes.ts'
import { smoothRamp } from '../speech/ramps.ts'

/** Half the thickness of the line between shut lips, in half mouth widths. */
const LINE = 0.055
/** How far beyond the corners the line is taken off, fading, in half mouth widths. */
const BEYOND_CORNER = 0.45
/** Lips this far apart, in half mouth widths, still show the line; from the second number on it is gone. */
const SHOWN_UNTIL = 0.03
const GONE_FROM = 0.14
/** The same for the line beyond the corners, which belongs to a mouth that is nearly shut. */
const BEYOND_SHOWN_UNTIL = 0.12
const BEYOND_GONE_FROM = 0.32

/** Where an opening begins and ends in each of its columns, in pixels of the frame; empty columns end before they begin. */
export interface LipEdges {
  readonly firstColumn: number
  readonly columns: number
  readonly upper: Float32Array
  readonly lower: Float32Array
}

/** Parts of the line that are taken off, 0..1. */
interface Strengths {
  readonly rim: number
  readonly beyond: number
}

export class LipRim {
  readonly #halfWidth: number

  /** @param halfWidth of the mouth, in pixels */
  constructor(halfWidth: number) {
    this.#halfWidth = halfWidth
  }

  /** @param opening distance between the lips in the middle, in pixels */
  paint(frame: YuvPlanes, edges: LipEdges, opening: number): void {
    const parted = opening / this.#halfWidth
    const strengths = {
      rim: smoothRamp(SHOWN_UNTIL, GONE_FROM, parted),
      beyond: smoothRamp(BEYOND_SHOWN_UNTIL, BEYOND_GONE_FROM, parted),
    }
    if (strengths.rim === 0) return
    const { width, height } = frame
    this.#paintPlane(frame.luma, { width, height, step: 1 }, edges, strengths)
    const chroma = { width: width / 2, height: height / 2, step: 2 }
    this.#paintPlane(frame.blueChroma, chroma, edges, strengths)
    this.#paintPlane(frame.redChroma, chroma, edges, strengths)
  }

  #paintPlane(plane: Uint8Array, size: PlaneSize, edges: LipEdges, strengths: Strengths): void {
    const { step } = size
    const { rim: strength, beyond } = strengths
    const line = (LINE * this.#halfWidth) / step
    for (let column = 0; column < edges.columns; column += step) {
      const upper = edges.upper[column]!
      const lower = edges.lower[column]!
      if (lower <= upper) continue
      const x = (edges.firstColumn + column) / step
      smear(plane, size, x, Math.floor(upper / step), { outwards: -1, line, strength })
      smear(plane, size, x, Math.ceil(lower / step), { outwards: 1, line, strength })
    }
    for (const corner of beyond === 0 ? [] : cornersOf(edges)) {
      const reach = (BEYOND_CORNER * this.#halfWidth) / step
      const place = { x: corner.x / step, y: corner.y / step }
      clearBeyond(plane, size, place, { outwards: corner.outwards, reach, line, strength: beyond })
    }
  }
}

interface Corner {
  readonly x: number
  readonly y: number
  readonly outwards: 1 | -1
}

/** Both corners of the opening, in pixels of the frame; none while it is shut. */
function cornersOf({ firstColumn, columns, upper, lower }: LipEdges): readonly Corner[] {
  const isOpen = (column: number): boolean => lower[column]! > upper[column]!
  let first = 0
  while (first < columns && !isOpen(first)) first++
  if (first === columns) return []
  let last = columns - 1
  while (!isOpen(last)) last--
  const corner = (column: number, outwards: 1 | -1): Corner => ({
    x: firstColumn + column,
    y: (upper[column]! + lower[column]!) / 2,
    outwards,
  })
  return [corner(first, -1), corner(last, 1)]
}

/** Lays what is above and below the line over it, less and less away from the corner. */
function clearBeyond(
  plane: Uint8Array,
  { width, height }: PlaneSize,
  corner: { readonly x: number; readonly y: number },
  {
    outwards,
    reach,
    line,
    strength,
  }: { outwards: 1 | -1; reach: number; line: number; strength: number },
): void {
  const half = Math.max(1, Math.round(line * 1.5))
  const middle = Math.round(corner.y)
  if (middle - half - 1 < 0 || middle + half + 1 >= height) return
  for (let distance = 1; distance < reach; distance++) {
    const x = Math.round(corner.x) + outwards * distance
    if (x < 0 || x >= width) return
    const share = strength * (1 - smoothRamp(reach * 0.75, reach, distance))
    const above = plane[(middle - half - 1) * width + x]!
    const below = plane[(middle + half + 1) * width + x]!
    for (let y = middle - half; y <= middle + half; y++) {
      const at = y * width + x
      const clean = above + ((below - above) * (y - middle + half + 1)) / (2 * half + 2)
      plane[at] = plane[at]! + (clean - plane[at]!) * share + 0.5
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
