// Puts the inner edges of the lips where the picture has them. The mesh is a few pixels off, and here that is seen: a dark
// line that stays on one lip when the mouth opens, a rim of teeth that stays when it shuts.
import { LOWER_LIP_ROWS, UPPER_LIP_ROWS } from '../../../vision/landmarks.ts'
import type { RgbImage } from '../../../vision/rgb-image.ts'
import { MouthPixels } from '../picture/mouth-pixels.ts'
import { LipLines } from './lip-lines.ts'
import type { MeshPoints } from './mesh-points.ts'
import { acrossMouth, downMouth, type MouthFrame } from './mouth-frame.ts'

/** From this gap on, in half mouth widths, the picture shows an open mouth, and teeth that are worth keeping. */
export const OPEN_MOUTH_GAP = 0.06

/** How far from the mesh an edge is searched and in which steps, in half mouth widths. */
const REACH = 0.16
const STEP = 0.01
const PLACES = Math.round(REACH / STEP)
/** A place as far off as is searched counts for so much less. */
const DISTANCE_COST = 0.5
/** An edge or line of less contrast, 0..255, is none. */
const MIN_CONTRAST = 9
/** So many of the nine places along a lip must show one. */
const MIN_FOUND = 5
/** A line is compared with the skin this many steps to either side. */
const BESIDE_LINE = 5

/** An open mouth begins where a third of the way from the lip's colour to what is most unlike it is gone. */
const EDGE_SHARE = 0.33
/** The middle of a lip, as a part of the way from its skin edge to its inner edge: its colour is read there. */
const LIP_MIDDLE = 0.55

export interface FittedLips {
  readonly points: MeshPoints
  /** Whether what was looked for was found. An open mouth whose edges were not may not shut well. */
  readonly found: boolean
}

/** @param scale pixels of the picture for one of the points' */
export function fitLips(
  picture: RgbImage,
  scale: number,
  points: MeshPoints,
  mouth: MouthFrame,
): FittedLips {
  const pixels = new MouthPixels(picture, scale, mouth)
  const isOpen = (mesh: MeshPoints): boolean => new LipLines(mesh, mouth).gap(0) > OPEN_MOUTH_GAP
  if (isOpen(points)) {
    const open = move(points, mouth, openEdges(pixels, points, mouth))
    // The mesh takes a broad line between shut lips for an opening.
    if (!open.found || isOpen(open.points)) return open
  }
  return move(points, mouth, shutEdges(pixels, points, mouth))
}

/** The offsets of the inner edges, place by place along the lips; null where the picture does not show them. */
type Offsets = readonly number[] | null
type Place = { readonly across: number; readonly down: number }

const LIPS = [UPPER_LIP_ROWS, LOWER_LIP_ROWS] as const

function placesOf(row: readonly number[], points: MeshPoints, mouth: MouthFrame): Place[] {
  return row.map((landmark) => ({
    across: acrossMouth(mouth, points.x(landmark), points.y(landmark)),
    down: downMouth(mouth, points.x(landmark), points.y(landmark)),
  }))
}

function openEdges(pixels: MouthPixels, points: MeshPoints, mouth: MouthFrame): Offsets[] {
  const lips = new LipLines(points, mouth)
  return LIPS.map((rows) => {
    const skin = placesOf(rows[0]!, points, mouth)
    const offsets = placesOf(rows.at(-1)!, points, mouth).map(({ across, down }, k) =>
      lipEnd(pixels, across, { skinEdge: skin[k]!.down, inner: down, middle: lips.middle(across) }),
    )
    return smoothOffsets(offsets)
  })
}

/** Shut lips have one line between them: of edges that overlapped or were drawn together, the line would be lost. */
function shutEdges(pixels: MouthPixels, points: MeshPoints, mouth: MouthFrame): Offsets[] {
  const inner = LIPS.map((rows) => placesOf(rows.at(-1)!, points, mouth))
  const lines = inner.flatMap((places) => {
    const offsets = places.map(({ across, down }) => darkest(pixels, across, down))
    const smooth = smoothOffsets(offsets)
    return smooth === null ? [] : [places.map(({ down }, k) => down + smooth[k]!)]
  })
  if (lines.length === 0) return [null, null]
  return inner.map((places) =>
    places.map(({ down }, k) => {
      const line = lines.reduce((sum, places) => sum + places[k]!, 0) / lines.length
      return line - down
    }),
  )
}

/** Rows between an inner edge and the skin go a part of its way. */
function move(points: MeshPoints, mouth: MouthFrame, edges: readonly Offsets[]): FittedLips {
  const moves = new Map<number, number>()
  for (const [lip, rows] of LIPS.entries()) {
    const offsets = edges[lip]!
    if (offsets === null) return { points, found: false }
    const last = rows.length - 1
    rows.forEach((row, r) => {
      row.forEach((landmark, k) => {
        moves.set(landmark, (offsets[k]! * mouth.halfWidth * r) / last)
      })
    })
  }
  return { points: points.moved(moves, -mouth.axisY, mouth.axisX), found: true }
}

/** The offset of the darkest line near a place; null where none stands out. */
function darkest(pixels: MouthPixels, across: number, down: number): number | null {
  const light = Array.from({ length: 2 * (PLACES + BESIDE_LINE) + 1 }, (_, i) =>
    brightness(pixels.at(across, down + (i - PLACES - BESIDE_LINE) * STEP)),
  )
  let best = MIN_CONTRAST
  let offset: number | null = null
  for (let place = -PLACES; place <= PLACES; place++) {
    const i = place + PLACES + BESIDE_LINE
    const beside = Math.min(light[i - BESIDE_LINE]!, light[i + BESIDE_LINE]!)
    const nearness = 1 - (DISTANCE_COST * Math.abs(place)) / PLACES
    const contrast = (beside - light[i]!) * nearness
    if (contrast <= best) continue
    best = contrast
    offset = place * STEP
  }
  return offset
}

/** The offset from the mesh's inner edge of a lip to where its colour ends; null where it does not. */
function lipEnd(
  pixels: MouthPixels,
  across: number,
  { skinEdge, inner, middle }: { skinEdge: number; inner: number; middle: number },
): number | null {
  const inwards = skinEdge < inner ? 1 : -1
  const start = skinEdge + LIP_MIDDLE * (inner - skinEdge)
  const end = Math.max(inwards * inner + REACH, inwards * middle)
  const lip = pixels.at(across, start)
  const unlike: number[] = []
  for (let place = inwards * start; place <= end; place += STEP) {
    const color = pixels.at(across, inwards * place)
    unlike.push(Math.hypot(...color.map((value, channel) => value - lip[channel]!)) / 2)
  }
  const most = Math.max(...unlike)
  if (most < MIN_CONTRAST) return null
  const steps = unlike.findIndex((value) => value >= EDGE_SHARE * most)
  const offset = start + inwards * steps * STEP - inner
  return Math.abs(offset) > REACH ? null : offset
}

function brightness([red = 0, green = 0, blue = 0]: readonly number[]): number {
  return 0.3 * red + 0.59 * green + 0.11 * blue
}

/** Fills what was not found from its neighbours and evens out the rest; null when too little was found. */
function smoothOffsets(offsets: readonly (number | null)[]): number[] | null {
  const known = offsets.filter((offset) => offset !== null)
  if (known.length < MIN_FOUND) return null
  const usual = known.toSorted((a, b) => a - b)[known.length >> 1]!
  const filled = offsets.map((offset) => offset ?? usual)
  const median = filled.map((offset, k) => {
    const three = [filled[k - 1] ?? offset, offset, filled[k + 1] ?? offset]
    return three.sort((a, b) => a - b)[1]!
  })
  return median.map((offset, k) => {
    const left = median[k - 1] ?? offset
    const right = median[k + 1] ?? offset
    return (left + 2 * offset + right) / 4
  })
}
