// Fills the pixels of spans with bilinear samples of a texture: the innermost loop of the engine. Whole numbers only, so
// that every machine computes the same frames.
import { SPAN_FIELDS, TEXTURE_FRACTION_BITS } from './span-list.ts'
import type { TexturePlane } from './texture.ts'

/** Binary places of the weights between neighbouring texture pixels. */
const WEIGHT_BITS = 8
const WEIGHT_SHIFT = TEXTURE_FRACTION_BITS - WEIGHT_BITS
const WEIGHT_MASK = (1 << WEIGHT_BITS) - 1
const WHOLE = 1 << WEIGHT_BITS
/** Selects the left (or, shifted, the right) column of a quad: two bytes with room for a product behind each. */
const COLUMN_MASK = 0x00ff00ff
const HALF = 1 << 15

/** @param fields what `SpanList.fields()` gives for a plane of the texture's kind */
export function sampleSpans(target: Uint8Array, fields: Int32Array, texture: TexturePlane): void {
  const { quads, width } = texture
  for (let i = 0; i < fields.length; i += SPAN_FIELDS) {
    const start = fields[i]!
    const end = start + fields[i + 1]!
    let u = fields[i + 2]!
    let v = fields[i + 3]!
    const stepU = fields[i + 4]!
    const stepV = fields[i + 5]!
    for (let pixel = start; pixel < end; pixel++) {
      const quad =
        quads[Math.imul(v >> TEXTURE_FRACTION_BITS, width) + (u >> TEXTURE_FRACTION_BITS)]!
      target[pixel] = mix(
        quad,
        (u >> WEIGHT_SHIFT) & WEIGHT_MASK,
        (v >> WEIGHT_SHIFT) & WEIGHT_MASK,
      )
      u = (u + stepU) | 0
      v = (v + stepV) | 0
    }
  }
}

/** The same for two planes that are sampled at the same places. */
export function sampleSpanPairs(
  firstTarget: Uint8Array,
  secondTarget: Uint8Array,
  fields: Int32Array,
  first: TexturePlane,
  second: TexturePlane,
): void {
  const firstQuads = first.quads
  const secondQuads = second.quads
  const { width } = first
  for (let i = 0; i < fields.length; i += SPAN_FIELDS) {
    const start = fields[i]!
    const end = start + fields[i + 1]!
    let u = fields[i + 2]!
    let v = fields[i + 3]!
    const stepU = fields[i + 4]!
    const stepV = fields[i + 5]!
    for (let pixel = start; pixel < end; pixel++) {
      const at = Math.imul(v >> TEXTURE_FRACTION_BITS, width) + (u >> TEXTURE_FRACTION_BITS)
      const right = (u >> WEIGHT_SHIFT) & WEIGHT_MASK
      const lower = (v >> WEIGHT_SHIFT) & WEIGHT_MASK
      firstTarget[pixel] = mix(firstQuads[at]!, right, lower)
      secondTarget[pixel] = mix(secondQuads[at]!, right, lower)
      u = (u + stepU) | 0
      v = (v + stepV) | 0
    }
  }
}

/** The weighted mean of a quad's four bytes. */
function mix(quad: number, right: number, lower: number): number {
  // Both rows at once: the upper row in the low 16 bits, the lower row in the high 16 bits.
  const rows =
    (Math.imul(quad & COLUMN_MASK, WHOLE - right) + Math.imul((quad >>> 8) & COLUMN_MASK, right)) |
    0
  return (Math.imul(rows & 0xffff, WHOLE - lower) + Math.imul(rows >>> 16, lower) + HALF) >>> 16
}
