// Collects triangles of one plane and draws them, a batch at a time: where their edges run and where in the texture they
// come from is decided in set-up-triangles.ts, the pixels are filled by draw-triangles.wat.
import { readFileSync } from 'node:fs'
import { allocateShared } from './frame-memory.ts'
import type { TexturePlane } from './texture.ts'

/** Places of edges and in textures are counted in this part of a pixel. */
export const FIXED_UNIT = 1 / 2 ** 16

/**
 * A triangle is 18 integers: its first row; the number of rows above the middle corner and the edges there; the same below
 * it; its place in the texture. They count in FIXED_UNIT, but for the rows.
 */
const TRIANGLE_FIELDS = 18
const TRIANGLE_BYTES = TRIANGLE_FIELDS * Int32Array.BYTES_PER_ELEMENT
export const FIRST_ROW = 0
export const UPPER_HALF = 1
export const LOWER_HALF = 6
/** Within a half. The pixels of a row are those from left >> 16 up to and without right >> 16. */
export const ROWS = 0
export const LEFT = 1
export const RIGHT = 3
/** Behind `LEFT` and `RIGHT`: how far the edge moves from row to row. */
export const STEP = 1
/** u and v of pixel 0 in the first row, which need not be in the triangle; then their steps per pixel and per row. */
export const TEXTURE_START = 12
export const TEXTURE_STEP = 14
export const TEXTURE_DOWN = 16

/** Few enough to stay in the fastest cache between being set up and being drawn. */
const BATCH_TRIANGLES = 128

/** A plane to draw, and the plane of the texture it is drawn from. Both lie in the batch's memory. */
export interface PlaneDrawing {
  readonly target: Uint8Array
  readonly texture: TexturePlane
}

type DrawTriangles = (
  triangles: number,
  trianglesEnd: number,
  width: number,
  target: number,
  nextTarget: number,
  texture: number,
  nextTexture: number,
  pitch: number,
  textureWidth: number,
  textureHeight: number,
) => void

export class TriangleBatch {
  readonly #draw: DrawTriangles
  readonly #block: Uint8Array
  readonly #fields: Int32Array
  #length = 0
  #width = 0
  #first: PlaneDrawing | null = null
  #second: PlaneDrawing | null = null

  constructor(memory: WebAssembly.Memory) {
    this.#block = allocateShared(memory, BATCH_TRIANGLES * TRIANGLE_BYTES)
    const { buffer, byteOffset } = this.#block
    this.#fields = new Int32Array(buffer, byteOffset, BATCH_TRIANGLES * TRIANGLE_FIELDS)
    const code = readFileSync(new URL('./draw-triangles.wasm', import.meta.url))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), {
      frame: { memory },
    })
    this.#draw = exports.drawTriangles as DrawTriangles
  }

  /** From now on triangles are for these planes of this width; two planes have textures of one size. */
  drawOn(width: number, first: PlaneDrawing, second: PlaneDrawing | null = null): void {
    this.#width = width
    this.#first = first
    this.#second = second
  }

  /**
   * Makes room for a triangle, whose fields are to be written next. All its rows must lie in the plane.
   * Triangles are drawn in the order they are added; not all of them before `flush()`.
   * @returns where it begins in `fields`
   */
  add(): number {
    if (this.#length === BATCH_TRIANGLES) this.flush()
    return this.#length++ * TRIANGLE_FIELDS
  }

  get fields(): Int32Array {
    return this.#fields
  }

  flush(): void {
    const first = this.#first
    const second = this.#second ?? first
    if (first === null || second === null) return
    const { width, height, pitch } = first.texture
    const start = this.#block.byteOffset
    const texture = firstPixel(first.texture)
    this.#draw(
      start,
      start + this.#length * TRIANGLE_BYTES,
      this.#width,
      first.target.byteOffset,
      second.target.byteOffset - first.target.byteOffset,
      texture,
      firstPixel(second.texture) - texture,
      pitch,
      width,
      height,
    )
    this.#length = 0
  }
}

/** Where it lies in the memory. */
function firstPixel({ pixels, origin }: TexturePlane): number {
  return pixels.byteOffset + origin
}
