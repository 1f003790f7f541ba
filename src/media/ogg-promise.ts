// Finds Ogg files that end within a page. Ogg does not state the length of the whole, but each page states its own (RFC 3533, 6),
// and a truncated download ends within a page.
import type { InputFile } from './input-file.ts'

const PAGE_MAGIC = 'OggS\0'
const HEADER_BYTES = 27
/** A header, 255 lengths, and 255 segments of 255 bytes. */
const MAX_PAGE_BYTES = HEADER_BYTES + 255 + 255 * 255

/** Offset of the first byte after the last page that begins in the file, 0 when there is none. */
export async function oggPromisedEnd(file: InputFile): Promise<number> {
  const start = Math.max(0, file.bytes - MAX_PAGE_BYTES)
  const tail = Buffer.from(await file.read(start, MAX_PAGE_BYTES))
  const page = tail.subarray(Math.max(0, tail.lastIndexOf(PAGE_MAGIC, undefined, 'latin1')))
  if (page.toString('latin1', 0, PAGE_MAGIC.length) !== PAGE_MAGIC) return 0
  const pageOffset = file.bytes - page.length
  if (page.length < HEADER_BYTES) return pageOffset + HEADER_BYTES
  const segments = page[HEADER_BYTES - 1]!
  const lengths = page.subarray(HEADER_BYTES, HEADER_BYTES + segments)
  const content = lengths.reduce((sum, length) => sum + length, 0)
  return pageOffset + HEADER_BYTES + segments + content
}
