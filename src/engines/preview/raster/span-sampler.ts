// Collects horizontal runs of pixels ("spans") and fills them with bilinear samples of a texture, a batch at a time: the
// runs are found here in TypeScript, the filling is sample-spans.wat.
import { readFileSync } from 'node:fs'
import { allocateShared } from './frame-memory.ts'
import type { TexturePlane } from './texture.ts'

/** Texture coordinates are integers with this many binary places. */
export const TEXTURE_FRACTION_BITS = 16
const FIXED = 2 ** TEXTURE_FRACTION_BITS

/** Numbers of one span: first pixel, pixels, texture u and v of the first pixel, their steps from pixel to pixel. */
const SPAN_FIELDS = 6
const SPAN_BYTES = SPAN_FIELDS * Int32Array.BYTES_PER_ELEMENT
/** Few enough to stay in the fastest cache between being found and being filled. */
const BATCH_SPANS = 1024

/** A plane to draw, and the plane of the texture it is drawn from. Both lie in the sampler's memory. */
export interface PlaneDrawing {
  readonly target: Uint8Array
  readonly texture: TexturePlane
}

type SampleSpans = (
  spans: number,
  spansEnd: number,
  target: number,
  pairs: number,
  width: number,
  maxU: number,
  maxV: number,
) => void

export class SpanSampler {
  readonly #sample: SampleSpans
  readonly #fields: Int32Array
  #drawings: readonly PlaneDrawing[] = []
  #end = 0

  constructor(memory: WebAssembly.Memory) {
    const block = allocateShared(memory, BATCH_SPANS * SPAN_BYTES)
    this.#fields = new Int32Array(block.buffer, block.byteOffset, BATCH_SPANS * SPAN_FIELDS)
    const code = readFileSync(new URL('./sample-spans.wasm', import.meta.url))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), {
      frame: { memory },
    })
    this.#sample = exports.sampleSpans as SampleSpans
  }

  /** From now on spans are for these planes, all of one size and with textures of one size. */
  draw(...drawings: PlaneDrawing[]): void {
    this.#drawings = drawings
  }

  /** Spans are filled in the order they are added; not all of them before `flush()`. */
  add(start: number, length: number, u: number, v: number, stepU: number, stepV: number): void {
    const fields = this.#fields
    const at = this.#end
    fields[at] = start
    fields[at + 1] = length
    fields[at + 2] = u
    fields[at + 3] = v
    fields[at + 4] = stepU
    fields[at + 5] = stepV
    this.#end = at + SPAN_FIELDS
    if (this.#end === fields.length) this.flush()
  }

  flush(): void {
    const from = this.#fields.byteOffset
    const end = from + this.#end * Int32Array.BYTES_PER_ELEMENT
    for (const { target, texture } of this.#drawings) {
      const { pairs, width, height } = texture
      const maxU = (width - 1) * FIXED
      const maxV = (height - 1) * FIXED
      this.#sample(from, end, target.byteOffset, pairs.byteOffset, width, maxU, maxV)
    }
    this.#end = 0
  }
}
