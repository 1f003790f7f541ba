// A list of horizontal runs of pixels with the straight line in the texture that each is sampled along: what the triangles
// of a frame come down to. Kept in one growing block of integers, for a frame has tens of thousands of them.

/** Texture coordinates are integers with this many binary places. */
export const TEXTURE_FRACTION_BITS = 16
const INITIAL_SPANS = 1 << 14

/** Numbers of one span: first pixel, pixels, texture u and v of the first, their steps from pixel to pixel. */
export const SPAN_FIELDS = 6

export class SpanList {
  #fields = new Int32Array(INITIAL_SPANS * SPAN_FIELDS)
  #end = 0

  clear(): void {
    this.#end = 0
  }

  add(start: number, length: number, u: number, v: number, stepU: number, stepV: number): void {
    if (this.#end === this.#fields.length) {
      const larger = new Int32Array(this.#fields.length * 2)
      larger.set(this.#fields)
      this.#fields = larger
    }
    const fields = this.#fields
    const at = this.#end
    fields[at] = start
    fields[at + 1] = length
    fields[at + 2] = u
    fields[at + 3] = v
    fields[at + 4] = stepU
    fields[at + 5] = stepV
    this.#end = at + SPAN_FIELDS
  }

  /** All fields of all spans; valid until the next change. */
  fields(): Int32Array {
    return this.#fields.subarray(0, this.#end)
  }
}
