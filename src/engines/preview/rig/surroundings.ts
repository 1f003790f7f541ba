// The vertices around the face: rings that widen its outline and let go of the head step by step, and a coarse grid out to
// the frame's border that stays where it is. They make hair and neck follow the head while the background stands still.
import type { Box } from '@infinitetalk/arithmetic'
import { CHIN, FACE_OVAL } from '../../../vision/landmarks.ts'
import { smoothRamp } from '../speech/ramps.ts'
import type { MeshPoints } from './mesh-points.ts'
import { Polyline } from './polyline.ts'

export interface SurroundingVertex {
  readonly x: number
  readonly y: number
  readonly z: number
  /** How much of the head's motion it takes part in, 0..1. */
  readonly headFollow: number
  /** How much a breath raises it, 0..1. */
  readonly chest: number
  /** Which ring around the face, 0 the innermost; null in the grid. */
  readonly ring: number | null
}

/** Where a vertex is; what moves it besides the head follows from that. */
type PlacedVertex = Omit<SurroundingVertex, 'chest'>

/** Size of each ring, with the outline of the face as 1, and how much it follows the head. */
const RING_SCALES = [1.1, 1.25, 1.45, 1.7, 2.05, 2.5] as const
const RING_FOLLOWS = [1, 0.96, 0.82, 0.58, 0.26, 0] as const
/** From this ring on every other vertex is enough. */
const FIRST_COARSE_RING = 3
/** Rings lie further back than the outline, as the sides of a head do: part of the face's height per unit of scale. */
const RING_DEPTH = 0.25
/** Vertices closer to the border than this would fold over it, in pixels. */
const BORDER_MARGIN = 3

const GRID_CELL = 0.25
const MIN_GRID_CELL_PIXELS = 24
const GRID_DEPTH = 0.3
/** The grid begins outside the last ring. */
const GRID_SCALE = 2.7

/** Nothing moves at the border; full freedom is reached this far in, as part of the face's height. */
const BORDER_EASE = 0.22
/** Neck and shoulders: from the chin on down by this part of the face's height, three quarters of the motion are lost. */
const NECK_EASE = 0.5
const NECK_STILLNESS = 0.75
/** A breath raises what lies so far below the chin and, beside it, within the shoulders, as parts of the face's height. */
const CHEST_EASE = { from: 0.15, to: 0.7 } as const
const SHOULDER_EASE = { from: 1, to: 1.9 } as const

export interface FaceOutline {
  readonly centerX: number
  readonly centerY: number
}

/** @param bounds where the picture lies in the frame; bars around it stay still */
export function surroundFace(
  points: MeshPoints,
  faceHeight: number,
  bounds: Box,
): SurroundingVertex[] {
  const center = outlineCenter(points)
  const vertices = [
    ...rings(points, faceHeight, bounds, center),
    ...grid(points, faceHeight, bounds, center),
  ]
  const chinY = points.y(CHIN)
  return vertices.map((vertex) => {
    const { x, y } = vertex
    const toBorder = distanceToBorder(x, y, bounds)
    const border = smoothRamp(-1, faceHeight * BORDER_EASE, toBorder)
    const below = y > center.centerY ? smoothRamp(chinY, chinY + faceHeight * NECK_EASE, y) : 0
    return {
      ...vertex,
      headFollow: vertex.headFollow * border * (1 - NECK_STILLNESS * below),
      chest: chestShare((y - chinY) / faceHeight, Math.abs(x - points.x(CHIN)) / faceHeight),
    }
  })
}

/** @param below the chin, and `aside` of it, in heights of the face */
function chestShare(below: number, aside: number): number {
  const onChest = smoothRamp(CHEST_EASE.from, CHEST_EASE.to, below)
  return onChest * (1 - smoothRamp(SHOULDER_EASE.from, SHOULDER_EASE.to, aside))
}

export function outlineCenter(points: MeshPoints): FaceOutline {
  let x = 0
  let y = 0
  for (const i of FACE_OVAL) {
    x += points.x(i) / FACE_OVAL.length
    y += points.y(i) / FACE_OVAL.length
  }
  return { centerX: x, centerY: y }
}

function rings(
  points: MeshPoints,
  faceHeight: number,
  bounds: Box,
  { centerX, centerY }: FaceOutline,
): PlacedVertex[] {
  return RING_SCALES.flatMap((scale, ring) =>
    FACE_OVAL.filter((_, k) => ring < FIRST_COARSE_RING || (k + ring) % 2 === 0)
      .map((landmark) => ({
        x: centerX + (points.x(landmark) - centerX) * scale,
        y: centerY + (points.y(landmark) - centerY) * scale,
        z: points.z(landmark) + (scale - 1) * faceHeight * RING_DEPTH,
        headFollow: RING_FOLLOWS[ring]!,
        ring,
      }))
      .filter(({ x, y }) => distanceToBorder(x, y, bounds) >= BORDER_MARGIN),
  )
}

function grid(
  points: MeshPoints,
  faceHeight: number,
  bounds: Box,
  center: FaceOutline,
): PlacedVertex[] {
  const follow = new Polyline(RING_SCALES, RING_FOLLOWS)
  const cell = Math.max(MIN_GRID_CELL_PIXELS, Math.round(faceHeight * GRID_CELL))
  const columns = Math.max(4, Math.round(bounds.width / cell))
  const rows = Math.max(4, Math.round(bounds.height / cell))
  const vertices: PlacedVertex[] = []
  for (let column = 0; column <= columns; column++) {
    for (let row = 0; row <= rows; row++) {
      const x = bounds.x + (column / columns) * bounds.width
      const y = bounds.y + (row / rows) * bounds.height
      const scale = outlineScale(points, center, x, y)
      const onBorder = column === 0 || row === 0 || column === columns || row === rows
      if (!onBorder && scale <= GRID_SCALE) continue
      const headFollow = follow.at(scale)
      vertices.push({ x, y, z: faceHeight * GRID_DEPTH, headFollow, ring: null })
    }
  }
  return vertices
}

/** From a point to the nearest border of the picture, in pixels; negative outside. */
function distanceToBorder(x: number, y: number, bounds: Box): number {
  const left = x - bounds.x
  const top = y - bounds.y
  return Math.min(left, top, bounds.width - left, bounds.height - top)
}

/** How many times the face's outline would have to be enlarged to pass through a point. */
function outlineScale(
  points: MeshPoints,
  { centerX, centerY }: FaceOutline,
  x: number,
  y: number,
): number {
  const angle = Math.atan2(y - centerY, x - centerX)
  let nearest = Number.POSITIVE_INFINITY
  let radius = 1
  for (const landmark of FACE_OVAL) {
    const dx = points.x(landmark) - centerX
    const dy = points.y(landmark) - centerY
    const turn = Math.abs(angle - Math.atan2(dy, dx))
    const difference = Math.min(turn, 2 * Math.PI - turn)
    if (difference < nearest) {
      nearest = difference
      radius = Math.hypot(dx, dy)
    }
  }
  return Math.hypot(x - centerX, y - centerY) / radius
}
