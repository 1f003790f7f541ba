// Finds truncated files: counts the bytes that a container announces beyond the end of the file. A decoder would play the part
// that is there, and the voice would end within a word. A format that states no length (ADTS, live WebM, an MP3 without its
// header) looks the same when truncated and is accepted as it is.
import type { InputFile } from './input-file.ts'
import { topLevelBoxes } from './iso-boxes.ts'
import { mp3PromisedEnd } from './mp3-promise.ts'
import { oggPromisedEnd } from './ogg-promise.ts'
import type { Container } from './sniff.ts'
import { asfPromisedEnd, auPromisedEnd, cafPromisedEnd, w64PromisedEnd } from './sound-headers.ts'

/** 0 when no bytes are missing or the format states no length. */
export async function missingBytes(file: InputFile, container: Container): Promise<number> {
  const end = await promisedEnd(file, container)
  return Math.max(0, end - file.bytes)
}

async function promisedEnd(file: InputFile, container: Container): Promise<number> {
  switch (container) {
    case 'wav':
      return waveDataEnd(file)
    case 'avi':
      return formEnd(file, 'little')
    case 'aiff':
      return formEnd(file, 'big')
    case 'mov':
      return mediaBoxEnd(file)
    case 'matroska':
      return segmentEnd(file)
    case 'mp3':
      return mp3PromisedEnd(file)
    case 'ogg':
      return oggPromisedEnd(file)
    case 'caf':
      return cafPromisedEnd(file)
    case 'au':
      return auPromisedEnd(file)
    case 'w64':
      return w64PromisedEnd(file)
    case 'asf':
      return asfPromisedEnd(file)
    default:
      return 0
  }
}

/** Programs that write to a pipe cannot fill in the size afterwards: they leave 0, -1 or just under 2 GiB. */
function isPlaceholder(size: number): boolean {
  return size === 0 || size >= 0x7fff_0000
}

/** The maximum number of chunks to read before the samples. */
const MAX_CHUNKS = 1000

async function waveDataEnd(file: InputFile): Promise<number> {
  const outer = Buffer.from(await file.read(0, 12)).toString('latin1', 0, 4)
  let longSize = 0
  let offset = 12
  for (let count = 0; count < MAX_CHUNKS; count += 1) {
    const header = Buffer.from(await file.read(offset, 24))
    if (header.length < 8) return 0
    const type = header.toString('latin1', 0, 4)
    const size = outer === 'RIFX' ? header.readUInt32BE(4) : header.readUInt32LE(4)
    // In RF64 the true size is in the `ds64` chunk: the size of everything, then that of the samples, 64 bits each.
    if (type === 'ds64' && header.length === 24) longSize = Number(header.readBigUInt64LE(16))
    if (type === 'data') {
      const samples = size === 0xffff_ffff && outer !== 'RIFF' ? longSize : size
      return isPlaceholder(samples) && samples === size ? 0 : offset + 8 + samples
    }
    offset += 8 + size + (size % 2)
  }
  return 0
}

async function formEnd(file: InputFile, order: 'little' | 'big'): Promise<number> {
  const header = Buffer.from(await file.read(0, 12))
  const size = order === 'big' ? header.readUInt32BE(4) : header.readUInt32LE(4)
  return isPlaceholder(size) ? 0 : 8 + size
}

async function mediaBoxEnd(file: InputFile): Promise<number> {
  for await (const { type, end } of topLevelBoxes(file)) {
    // Junk after the last box may look like a box of any size; only these carry the film.
    if (end > file.bytes && ['mdat', 'moov', 'moof'].includes(type)) return end
  }
  return 0
}

const SEGMENT_ID = 0x18538067

/** An EBML header element, then the segment, which holds all the rest and may be of unknown size. */
async function segmentEnd(file: InputFile): Promise<number> {
  const headerSize = readVariableInteger(Buffer.from(await file.read(4, 8)))
  if (headerSize === null) return 0
  const segmentOffset = 4 + headerSize.length + headerSize.value
  const segment = Buffer.from(await file.read(segmentOffset, 12))
  if (segment.length < 12 || segment.readUInt32BE(0) !== SEGMENT_ID) return 0
  const size = readVariableInteger(segment.subarray(4))
  return size === null || size.unknown ? 0 : segmentOffset + 4 + size.length + size.value
}

interface VariableInteger {
  readonly value: number
  readonly length: number
  /** All value bits set: "size not known". */
  readonly unknown: boolean
}

/** RFC 8794, 4: the number of leading zero bits says how many bytes follow. */
function readVariableInteger(bytes: Buffer): VariableInteger | null {
  const first = bytes[0] ?? 0
  const length = Math.clz32(first) - 23
  if (length > 8 || bytes.length < length) return null
  const bits = BigInt(7 * length)
  const value = BigInt(`0x${bytes.toString('hex', 0, length)}`) & ((1n << bits) - 1n)
  return { value: Number(value), length, unknown: value === (1n << bits) - 1n }
}
