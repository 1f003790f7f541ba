// Scan conversion: which pixels the posed triangles cover, and where in the texture each pixel comes from. A pixel belongs
// to the triangle that holds its centre; neighbours compute their common edge from the same numbers in the same order, so
// that there is neither a crack nor an overlap between them.
import { type SpanSampler, TEXTURE_FRACTION_BITS } from './span-sampler.ts'

/** Whoever takes the spans that are found. */
export type SpanSink = Pick<SpanSampler, 'add'>

/** One plane of a frame. Brightness planes have scale 1, colour planes 1/2. */
export interface PlaneGeometry {
  readonly width: number
  readonly height: number
  /** Pixels of this plane per pixel of the frame. */
  readonly scale: number
  /** Pixels of the texture plane per pixel of the frame. */
  readonly textureScale: number
}

export interface PosedMesh {
  /** x, y of each vertex in the source picture, in pixels of the frame. */
  readonly rest: Float32Array
  /** x, y of each vertex in this frame. */
  readonly posed: Float32Array
}

export interface ScanOptions {
  /** Leave out triangles that are turned over by the pose: they would show the inside of the head. */
  readonly skipTurned: boolean
  /** Leave out triangles that do not move: the still picture under them is the same. */
  readonly skipStill: boolean
}

/** Triangles thinner than this many square pixels hold no pixel centre worth drawing, and their texture steps explode. */
const MIN_AREA = 1e-3
/** Motion that cannot be seen, in pixels. */
const STILL_DISTANCE = 1 / 64
const FIXED = 2 ** TEXTURE_FRACTION_BITS

export function scanTriangles(
  spans: SpanSink,
  triangles: Uint16Array,
  { rest, posed }: PosedMesh,
  plane: PlaneGeometry,
  { skipTurned, skipStill }: ScanOptions,
): void {
  const { width, height, scale, textureScale } = plane
  for (let t = 0; t < triangles.length; t += 3) {
    let a = triangles[t]! * 2
    let b = triangles[t + 1]! * 2
    let c = triangles[t + 2]! * 2
    if (
      skipStill &&
      isStill(rest, posed, a) &&
      isStill(rest, posed, b) &&
      isStill(rest, posed, c)
    ) {
      continue
    }
    // From top to bottom: then an edge is walked the same way by both of its triangles.
    if (posed[b + 1]! < posed[a + 1]!) {
      const other = a
      a = b
      b = other
    }
    if (posed[c + 1]! < posed[b + 1]!) {
      const other = b
      b = c
      c = other
      if (posed[b + 1]! < posed[a + 1]!) {
        const top = a
        a = b
        b = top
      }
    }
    const ax = posed[a]! * scale
    const ay = posed[a + 1]! * scale
    const bx = posed[b]! * scale
    const by = posed[b + 1]! * scale
    const cx = posed[c]! * scale
    const cy = posed[c + 1]! * scale
    const firstRow = Math.max(0, Math.ceil(ay - 0.5))
    const endRow = Math.min(height, Math.ceil(cy - 0.5))
    if (firstRow >= endRow) continue
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    if (Math.abs(area) < MIN_AREA) continue
    const restBX = rest[b]! - rest[a]!
    const restBY = rest[b + 1]! - rest[a + 1]!
    const restCX = rest[c]! - rest[a]!
    const restCY = rest[c + 1]! - rest[a + 1]!
    if (skipTurned && (restBX * restCY - restCX * restBY) * area < 0) continue

    const perArea = (textureScale * FIXED) / area
    const stepU = (restBX * (cy - ay) - restCX * (by - ay)) * perArea
    const downU = (restCX * (bx - ax) - restBX * (cx - ax)) * perArea
    const stepV = (restBY * (cy - ay) - restCY * (by - ay)) * perArea
    const downV = (restCY * (bx - ax) - restBY * (cx - ax)) * perArea
    const originU =
      (rest[a]! * textureScale - 0.5) * FIXED - (ax - 0.5) * stepU - (ay - 0.5) * downU
    const originV =
      (rest[a + 1]! * textureScale - 0.5) * FIXED - (ax - 0.5) * stepV - (ay - 0.5) * downV
    const fixedStepU = Math.round(stepU)
    const fixedStepV = Math.round(stepV)

    const longSlope = (cx - ax) / (cy - ay)
    const upperSlope = (bx - ax) / (by - ay)
    const lowerSlope = (cx - bx) / (cy - by)
    const shortIsRight = area > 0
    for (let y = firstRow; y < endRow; y++) {
      const center = y + 0.5
      const long = ax + (center - ay) * longSlope
      const short = center < by ? ax + (center - ay) * upperSlope : bx + (center - by) * lowerSlope
      const left = shortIsRight ? long : short
      const right = shortIsRight ? short : long
      const x = left > 0.5 ? Math.ceil(left - 0.5) : 0
      const end = right < width ? Math.ceil(right - 0.5) : width
      const length = end - x
      if (length <= 0) continue
      const u = Math.floor(originU + x * stepU + y * downU)
      const v = Math.floor(originV + x * stepV + y * downV)
      spans.add(y * width + x, length, u, v, fixedStepU, fixedStepV)
    }
  }
}

function isStill(rest: Float32Array, posed: Float32Array, at: number): boolean {
  return (
    Math.abs(posed[at]! - rest[at]!) < STILL_DISTANCE &&
    Math.abs(posed[at + 1]! - rest[at + 1]!) < STILL_DISTANCE
  )
}
