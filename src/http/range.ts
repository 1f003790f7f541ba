// The Range header (RFC 9110, 14.2) for a file of known size. A single byte range is served; several ranges get the whole file,
// which the standard allows.
import type { ByteRange } from '../app/ports/blob-store.ts'

export type RangeResult =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly range: ByteRange }
  | { readonly kind: 'unsatisfiable' }

const WHOLE: RangeResult = { kind: 'whole' }
const UNSATISFIABLE: RangeResult = { kind: 'unsatisfiable' }

/** "A server MAY ignore the Range header field"; it must ignore unknown units. */
export function parseRange(header: string | undefined, bytes: number): RangeResult {
  const spec = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '')
  if (spec === null) return WHOLE
  const [, first = '', last = ''] = spec
  if (first === '') return last === '' ? WHOLE : suffix(Number(last), bytes)
  const start = Number(first)
  if (last !== '' && Number(last) < start) return WHOLE
  if (start >= bytes) return UNSATISFIABLE
  const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  return { kind: 'part', range: { start, end } }
}

/** "If the selected representation is shorter than the specified suffix-length, the entire representation is used." */
function suffix(length: number, bytes: number): RangeResult {
  if (length === 0 || bytes === 0) return UNSATISFIABLE
  return { kind: 'part', range: { start: Math.max(0, bytes - length), end: bytes - 1 } }
}
