// From posed triangles to what draws them: which rows they reach, where their edges run, and where in the texture each
// pixel comes from. Neighbours compute their common edge from the same numbers in the same order, so that there is neither
// a crack nor an overlap between them. Done once for brightness and colour, whose planes differ by a factor of two only.
import {
  FIRST_ROW,
  FIXED_UNIT,
  LEFT,
  LOWER_HALF,
  RIGHT,
  ROWS,
  STEP,
  TEXTURE_DOWN,
  TEXTURE_START,
  TEXTURE_STEP,
  type TriangleBatch,
  UPPER_HALF,
} from './triangle-batch.ts'

/** Where triangles of one plane go. */
export type TriangleSink = Pick<TriangleBatch, 'add' | 'fields'>

export interface PosedMesh {
  /** x, y of each vertex in the source picture, in pixels of the frame. */
  readonly rest: Float32Array
  /** x, y of each vertex in this frame. */
  readonly posed: Float32Array
}

export interface TriangleChoice {
  /**
   * Leave out triangles that are turned over by the pose: they would show the inside of the head. Those that the picture
   * itself shows turned over (the mesh of a cheek seen from the side folds) are kept: nothing else may cover their place.
   */
  readonly skipTurned: boolean
  /** Leave out triangles that do not move: the still picture under them is the same. */
  readonly skipStill: boolean
}

/** Triangles of less than this many square pixels hold no pixel centre worth drawing, and their texture steps explode. */
const MIN_AREA = 1e-3
/** Motion that cannot be seen, in pixels. */
const STILL_DISTANCE = 1 / 64

export class TriangleSetUp {
  readonly #luma: TriangleSink
  readonly #chroma: TriangleSink
  readonly #height: number
  readonly #textureScale: number

  /**
   * @param luma takes the triangles for the plane of brightness, as high as the frame
   * @param chroma takes those for the planes of colour, half as high
   * @param textureScale pixels of the texture per pixel of the frame
   */
  constructor(luma: TriangleSink, chroma: TriangleSink, height: number, textureScale: number) {
    this.#luma = luma
    this.#chroma = chroma
    this.#height = height
    this.#textureScale = textureScale
  }

  add(triangles: Uint16Array, { rest, posed }: PosedMesh, choice: TriangleChoice): void {
    for (let t = 0; t < triangles.length; t += 3) {
      let a = triangles[t]! * 2
      let b = triangles[t + 1]! * 2
      let c = triangles[t + 2]! * 2
      if (
        choice.skipStill &&
        isStill(rest, posed, a) &&
        isStill(rest, posed, b) &&
        isStill(rest, posed, c)
      ) {
        continue
      }
      if (choice.skipTurned && doubleArea(posed, a, b, c) < 0 && doubleArea(rest, a, b, c) > 0) {
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
      this.#addSorted(rest, posed, a, b, c)
    }
  }

  #addSorted(rest: Float32Array, posed: Float32Array, a: number, b: number, c: number): void {
    const ax = posed[a]!
    const ay = posed[a + 1]!
    const bx = posed[b]!
    const by = posed[b + 1]!
    const cx = posed[c]!
    const cy = posed[c + 1]!
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    if (Math.abs(area) < MIN_AREA) return
    const restBX = rest[b]! - rest[a]!
    const restBY = rest[b + 1]! - rest[a + 1]!
    const restCX = rest[c]! - rest[a]!
    const restCY = rest[c + 1]! - rest[a + 1]!

    const longSlope = (cx - ax) / (cy - ay)
    const upperSlope = by > ay ? (bx - ax) / (by - ay) : 0
    const lowerSlope = cy > by ? (cx - bx) / (cy - by) : 0
    const textureScale = this.#textureScale
    const perArea = textureScale / (FIXED_UNIT * area)
    const stepU = Math.floor((restBX * (cy - ay) - restCX * (by - ay)) * perArea)
    const downU = Math.floor((restCX * (bx - ax) - restBX * (cx - ax)) * perArea)
    const stepV = Math.floor((restBY * (cy - ay) - restCY * (by - ay)) * perArea)
    const downV = Math.floor((restCY * (bx - ax) - restBY * (cx - ax)) * perArea)

    for (let scale = 1; scale >= 0.5; scale /= 2) {
      const firstRow = Math.max(0, Math.ceil(ay * scale - 0.5))
      const endRow = Math.min(this.#height * scale, Math.ceil(cy * scale - 0.5))
      if (firstRow >= endRow) continue
      const lowerRow = Math.min(Math.max(Math.ceil(by * scale - 0.5), firstRow), endRow)
      const sink = scale === 1 ? this.#luma : this.#chroma
      const at = sink.add()
      const { fields } = sink
      fields[at + FIRST_ROW] = firstRow
      fields[at + UPPER_HALF + ROWS] = lowerRow - firstRow
      fields[at + LOWER_HALF + ROWS] = endRow - lowerRow

      // With the middle corner on the right, the long edge is the left one.
      const long = area > 0 ? LEFT : RIGHT
      const short = area > 0 ? RIGHT : LEFT
      const longStep = toFixed(longSlope)
      const longStart = edgeAt(ax, ay, longSlope, scale, firstRow)
      fields[at + UPPER_HALF + long] = longStart
      fields[at + UPPER_HALF + long + STEP] = longStep
      fields[at + LOWER_HALF + long] = longStart + longStep * (lowerRow - firstRow)
      fields[at + LOWER_HALF + long + STEP] = longStep
      fields[at + UPPER_HALF + short] = edgeAt(ax, ay, upperSlope, scale, firstRow)
      fields[at + UPPER_HALF + short + STEP] = toFixed(upperSlope)
      fields[at + LOWER_HALF + short] = edgeAt(bx, by, lowerSlope, scale, lowerRow)
      fields[at + LOWER_HALF + short + STEP] = toFixed(lowerSlope)

      // The corner's place in the texture, less the way from the first row's pixel 0 to the corner. Steps are rounded
      // before they are multiplied: then what leaves 32 bits on the way comes back into them.
      const x = ax * scale - 0.5
      const y = ay * scale - 0.5 - firstRow
      const u = toFixed(rest[a]! * textureScale * scale - 0.5)
      const v = toFixed(rest[a + 1]! * textureScale * scale - 0.5)
      fields[at + TEXTURE_START] = Math.floor(u - x * stepU - y * downU)
      fields[at + TEXTURE_START + 1] = Math.floor(v - x * stepV - y * downV)
      fields[at + TEXTURE_STEP] = stepU
      fields[at + TEXTURE_STEP + 1] = stepV
      fields[at + TEXTURE_DOWN] = downU
      fields[at + TEXTURE_DOWN + 1] = downV
    }
  }
}

/** Rounded down, which is as good as to the nearest and several times as fast. */
function toFixed(value: number): number {
  return Math.floor(value / FIXED_UNIT)
}

/**
 * Where an edge from (x, y) downwards is at the centre of a row. Shifted so that its whole part is the first pixel whose
 * centre is right of it.
 */
function edgeAt(x: number, y: number, slope: number, scale: number, row: number): number {
  return toFixed(x * scale + (row + 0.5 - y * scale) * slope + 0.5) - 1
}

/** The signed area of a triangle, positive for corners in clockwise order. */
function doubleArea(places: Float32Array, a: number, b: number, c: number): number {
  const x = places[a]!
  const y = places[a + 1]!
  return (places[b]! - x) * (places[c + 1]! - y) - (places[c]! - x) * (places[b + 1]! - y)
}

function isStill(rest: Float32Array, posed: Float32Array, at: number): boolean {
  return (
    Math.abs(posed[at]! - rest[at]!) < STILL_DISTANCE &&
    Math.abs(posed[at + 1]! - rest[at + 1]!) < STILL_DISTANCE
  )
}
