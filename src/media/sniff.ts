// Identifies a file by its first bytes, before any decoder reads it. The format alone chooses the decoder, never a name, the
// sender's header or a playlist inside.

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'heic'

/** Named as ffmpeg names the demuxer that is forced for it. */
export type Container =
  | 'wav'
  | 'w64'
  | 'mp3'
  | 'mov'
  | 'ogg'
  | 'flac'
  | 'matroska'
  | 'aac'
  | 'aiff'
  | 'amr'
  | 'caf'
  | 'au'
  | 'asf'
  | 'avi'
  | 'mpegts'

/** The number of first bytes that the sniffers read; a shorter file has fewer. */
export const SNIFF_BYTES = 4096

export function sniffImage(head: Uint8Array): ImageFormat | null {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'jpeg'
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png'
  if (has(head, 0, 'GIF87a') || has(head, 0, 'GIF89a')) return 'gif'
  if (has(head, 0, 'RIFF') && has(head, 8, 'WEBP')) return 'webp'
  return sniffStillBrand(head)
}

/** `mif1` and `msf1` only mean "some picture"; the compatible brands name its codec. */
function sniffStillBrand(head: Uint8Array): 'avif' | 'heic' | null {
  const [major, ...compatible] = fileTypeBrands(head)
  if (major === undefined) return null
  const brands = major === 'mif1' || major === 'msf1' ? compatible : [major]
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif'
  if (brands.some((brand) => HEIC_BRANDS.includes(brand))) return 'heic'
  return null
}

const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx']

/** The brands of an ISO base media file, major brand first; empty for other files. */
function fileTypeBrands(head: Uint8Array): string[] {
  if (!has(head, 4, 'ftyp') || head.length < 16) return []
  const boxEnd = Math.min(bigEndian32(head, 0), head.length)
  const brands = [text(head, 8, 4)]
  for (let offset = 16; offset + 4 <= boxEnd; offset += 4) brands.push(text(head, offset, 4))
  return brands
}

/** Sound files, and videos for their sound track. A file that begins with an ID3 tag is `mp3` here: see `id3TagBytes`. */
export function sniffContainer(head: Uint8Array): Container | null {
  const simple = CONTAINER_MAGIC.find(([, offset, magic]) => has(head, offset, magic))
  if (simple !== undefined) return simple[0]
  if (has(head, 8, 'WAVE') && WAVE_OUTER.some((magic) => has(head, 0, magic))) return 'wav'
  if (has(head, 0, 'RIFF') && has(head, 8, 'AVI ')) return 'avi'
  if (has(head, 0, 'FORM') && (has(head, 8, 'AIFF') || has(head, 8, 'AIFC'))) return 'aiff'
  if (has(head, 4, 'ftyp')) return sniffStillBrand(head) === null ? 'mov' : null
  if (isTransportStream(head)) return 'mpegts'
  if (isAdtsFrame(head)) return 'aac'
  if (isMpegAudioFrame(head)) return 'mp3'
  return null
}

const CONTAINER_MAGIC: readonly (readonly [Container, number, string])[] = [
  ['ogg', 0, 'OggS'],
  ['flac', 0, 'fLaC'],
  ['matroska', 0, '\x1aE\xdf\xa3'],
  ['mp3', 0, 'ID3'],
  ['amr', 0, '#!AMR'],
  ['caf', 0, 'caff'],
  ['au', 0, '.snd'],
  ['w64', 0, 'riff\x2e\x91\xcf\x11'],
  ['asf', 0, '0&\xb2\x75\x8e\x66\xcf\x11'],
  // QuickTime files from before `ftyp` was invented.
  ['mov', 4, 'moov'],
  ['mov', 4, 'mdat'],
  ['mov', 4, 'wide'],
]

const WAVE_OUTER = ['RIFF', 'RIFX', 'RF64', 'BW64']

/** Length of the ID3v2 tag at the start of a file, 0 without one. The format follows the tag. */
export function id3TagBytes(head: Uint8Array): number {
  if (!has(head, 0, 'ID3') || head.length < 10) return 0
  const [a, b, c, d] = head.subarray(6, 10) as unknown as [number, number, number, number]
  // Four "syncsafe" bytes: seven bits each.
  const bodyBytes = ((a & 0x7f) << 21) | ((b & 0x7f) << 14) | ((c & 0x7f) << 7) | (d & 0x7f)
  return 10 + bodyBytes
}

/** Packets of 188 bytes begin with 0x47; Blu-ray and camcorder files put a 4 byte time stamp before each. */
function isTransportStream(head: Uint8Array): boolean {
  const syncAt = (first: number, step: number): boolean =>
    [0, 1, 2].every((index) => head[first + index * step] === 0x47)
  return syncAt(0, 188) || syncAt(4, 192)
}

function isAdtsFrame(head: Uint8Array): boolean {
  const [sync, flags, rates] = head
  if (sync !== 0xff || flags === undefined || rates === undefined) return false
  return (flags & 0xf6) === 0xf0 && ((rates >> 2) & 0xf) < 13
}

/** Whether a frame header has a valid version, layer, bit rate and sample rate (ISO 11172-3, 2.4.2.3). */
export function isMpegAudioFrame(head: Uint8Array): boolean {
  const [sync, flags, rates] = head
  if (sync !== 0xff || flags === undefined || rates === undefined) return false
  const version = (flags >> 3) & 3
  const layer = (flags >> 1) & 3
  const bitRate = rates >> 4
  const sampleRate = (rates >> 2) & 3
  const synced = (flags & 0xe0) === 0xe0
  return synced && version !== 1 && isLayer2Or3(layer) && bitRate !== 15 && sampleRate !== 3
}

/** Layer I is extinct, and its code would let UTF-16 text pass (its byte order mark is FF FE). */
function isLayer2Or3(layer: number): boolean {
  return layer === 1 || layer === 2
}

/** Names a rejected file for the sentence of its error: `an SVG drawing`. */
export function describeContent(head: Uint8Array): string {
  return recogniseContent(head) ?? 'of an unknown kind'
}

/** The same; null for unknown bytes. */
export function recogniseContent(head: Uint8Array): string | null {
  const image = sniffImage(head)
  if (image !== null) return `a ${image.toUpperCase()} picture`
  const known = CONTENT_MAGIC.find(([magic]) => has(head, 0, magic))
  if (known !== undefined) return known[1]
  const container = sniffContainer(head)
  if (container !== null) return `a sound or video file (${container})`
  if (!isText(head)) return null
  const start = text(head, 0, head.length).toLowerCase()
  if (start.includes('<svg')) return 'an SVG drawing'
  if (start.includes('<html') || start.includes('<!doctype html')) return 'an HTML page'
  return 'text'
}

const CONTENT_MAGIC: readonly (readonly [string, string])[] = [
  ['#EXTM3U', 'an HLS playlist'],
  ['ffconcat', 'an ffmpeg concat list'],
  ['%PDF', 'a PDF document'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['\x1f\x8b', 'a gzip archive'],
  ['II*\0', 'a TIFF picture'],
  ['MM\0*', 'a TIFF picture'],
  ['BM', 'a BMP picture'],
  ['8BPS', 'a Photoshop document'],
  ['\x7fELF', 'a program'],
  ['MZ', 'a program'],
]

function isText(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d)
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => head[index] === byte)
}

function has(head: Uint8Array, offset: number, magic: string): boolean {
  return text(head, offset, magic.length) === magic
}

function text(head: Uint8Array, offset: number, length: number): string {
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString(
    'latin1',
    offset,
    offset + length,
  )
}

function bigEndian32(head: Uint8Array, offset: number): number {
  return new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(offset)
}
