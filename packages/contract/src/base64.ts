// Base64 as clients really send it: data URIs, the url-safe alphabet, line breaks, no padding. It is checked without
// decoding and decoded in chunks, so a text of hundreds of megabytes never exists twice. Runs in browsers and in Node.

export type Base64Check =
  | {
      readonly ok: true
      /** Length of the decoded bytes. */
      readonly bytes: number
      /** As a data URI says it, lower-case, without parameters; null when the text is bare base64 or does not say. */
      readonly mediaType: string | null
    }
  | { readonly ok: false; readonly empty: boolean; readonly reason: string }

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const WHITE_SPACE = 64
const PADDING = 65
const INVALID = 66

/** Indexed by character code: the six bits of a base64 character, or one of the three marks above. */
const MEANING = buildMeaning()

function buildMeaning(): Uint8Array {
  const meaning = new Uint8Array(128).fill(INVALID)
  for (let bits = 0; bits < ALPHABET.length; bits += 1) meaning[ALPHABET.charCodeAt(bits)] = bits
  meaning['-'.charCodeAt(0)] = 62
  meaning['_'.charCodeAt(0)] = 63
  for (const space of ' \t\r\n\f\v') meaning[space.charCodeAt(0)] = WHITE_SPACE
  meaning['='.charCodeAt(0)] = PADDING
  return meaning
}

function meaningAt(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code < 128 ? MEANING[code]! : INVALID
}

/**
 * Padding is exact or absent. RFC 4648 (section 3.2) lets a sender leave it out, and `toString('base64url')` does, also
 * where the text happens to hold neither `-` nor `_`. A text that was cut is found by the decoder of its picture or sound.
 */
export function checkBase64(text: string): Base64Check {
  const header = readDataUriHeader(text)
  if (!header.ok) return { ok: false, empty: false, reason: header.reason }
  let characters = 0
  let padding = 0
  let runStart = header.start
  // The regular expression skips whole runs of data several times faster than a loop over hundreds of millions of characters.
  const notData = /[^A-Za-z0-9+/_-]/g
  while (runStart < text.length) {
    notData.lastIndex = runStart
    const runEnd = notData.test(text) ? notData.lastIndex - 1 : text.length
    characters += runEnd - runStart
    if (padding > 0 && runEnd > runStart) {
      return refuse(`it goes on after its padding at character ${runStart + 1}`)
    }
    if (runEnd < text.length) {
      const meaning = meaningAt(text, runEnd)
      if (meaning === INVALID) {
        return refuse(`character ${runEnd + 1} does not belong to base64`)
      }
      if (meaning === PADDING) padding += 1
    }
    runStart = runEnd + 1
  }
  if (characters === 0) return { ok: false, empty: padding === 0, reason: 'it holds no data' }
  const last = characters % 4
  if (last === 1) return refuse('its last character is incomplete')
  const wanted = last === 0 ? 0 : 4 - last
  if (padding !== wanted && padding !== 0) {
    return refuse(`its padding is wrong: ${wanted} "=" expected, ${padding} found`)
  }
  return { ok: true, bytes: Math.floor((characters * 3) / 4), mediaType: header.mediaType }
}

function refuse(reason: string): Base64Check {
  return { ok: false, empty: false, reason }
}

type DataUriHeader =
  | { readonly ok: true; readonly start: number; readonly mediaType: string | null }
  | { readonly ok: false; readonly reason: string }

/** RFC 2397: `data:[<type>/<subtype>][;name=value]*;base64,` and then the text. */
const MAX_HEADER_CHARS = 1024

function readDataUriHeader(text: string): DataUriHeader {
  const head = text.slice(0, MAX_HEADER_CHARS)
  const scheme = /^\s*data:/i.exec(head)
  if (scheme === null) return { ok: true, start: 0, mediaType: null }
  const comma = head.indexOf(',')
  if (comma < 0) return { ok: false, reason: 'it begins as a data URI but has no comma' }
  const [type = '', ...parameters] = head.slice(scheme[0].length, comma).split(';')
  if (parameters.at(-1)?.trim().toLowerCase() !== 'base64') {
    return { ok: false, reason: 'it is a data URI without ";base64"' }
  }
  return { ok: true, start: comma + 1, mediaType: type.trim().toLowerCase() || null }
}

/** A multiple of three, so that every chunk but the last comes from whole groups of four characters. */
const DEFAULT_CHUNK_BYTES = 192 * 1024

/**
 * The decoded bytes, in fresh chunks of at most `chunkBytes`. For a text that `checkBase64` accepted.
 *
 * @throws TypeError when the text is not base64 after all
 */
export function* decodeBase64(
  text: string,
  chunkBytes: number = DEFAULT_CHUNK_BYTES,
): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  const header = readDataUriHeader(text)
  if (!header.ok) throw new TypeError(`Not base64: ${header.reason}.`)
  let chunk = new Uint8Array(chunkBytes)
  let filled = 0
  let bits = 0
  let bitCount = 0
  for (let index = header.start; index < text.length; index += 1) {
    const meaning = meaningAt(text, index)
    if (meaning === INVALID) throw new TypeError(`Not base64: character ${index + 1}.`)
    if (meaning >= WHITE_SPACE) continue
    bits = ((bits << 6) | meaning) & 0xffff
    bitCount += 6
    if (bitCount < 8) continue
    bitCount -= 8
    chunk[filled] = (bits >> bitCount) & 0xff
    filled += 1
    if (filled === chunkBytes) {
      yield chunk
      chunk = new Uint8Array(chunkBytes)
      filled = 0
    }
  }
  if (filled > 0) yield chunk.slice(0, filled)
}
