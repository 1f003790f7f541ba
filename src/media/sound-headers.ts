// Reads the length that the headers of CAF, AU, Sony Wave64 and ASF (WMA) state: the offset of the first byte after the sound, 0
// when the header states none. Programs that write to a pipe cannot fill it in afterwards.
import type { InputFile } from './input-file.ts'

const CAF_HEADER_BYTES = 8
const CAF_CHUNK_HEADER_BYTES = 12
const CAF_MAX_CHUNKS = 1000

/** Apple's Core Audio Format: chunks of a type, a signed 64-bit size and content. -1 means "to the end of the file". */
export async function cafPromisedEnd(file: InputFile): Promise<number> {
  let offset = CAF_HEADER_BYTES
  for (let count = 0; count < CAF_MAX_CHUNKS; count += 1) {
    const header = Buffer.from(await file.read(offset, CAF_CHUNK_HEADER_BYTES))
    if (header.length < CAF_CHUNK_HEADER_BYTES) return 0
    const size = Number(header.readBigInt64BE(4))
    if (size < 0) return 0
    offset += CAF_CHUNK_HEADER_BYTES + size
    if (header.toString('latin1', 0, 4) === 'data') return offset
  }
  return 0
}

const AU_UNKNOWN = 0xffff_ffff

/** Sun's format: magic, offset of the samples, their bytes. */
export async function auPromisedEnd(file: InputFile): Promise<number> {
  const header = Buffer.from(await file.read(0, 12))
  if (header.length < 12) return 0
  const bytes = header.readUInt32BE(8)
  return bytes === AU_UNKNOWN ? 0 : header.readUInt32BE(4) + bytes
}

/** A placeholder: no accepted file is that large. */
const W64_UNKNOWN_FROM = 2 ** 40

/** A GUID of 16 bytes, then the size of the whole file. */
export async function w64PromisedEnd(file: InputFile): Promise<number> {
  const header = Buffer.from(await file.read(0, 24))
  if (header.length < 24) return 0
  const bytes = Number(header.readBigUInt64LE(16))
  return bytes < W64_UNKNOWN_FROM ? bytes : 0
}

/** The header of an ASF file is smaller, except for album pictures. */
const ASF_SEARCH_BYTES = 64 * 1024
const ASF_FILE_PROPERTIES = Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex')
/** From the GUID on: the size of the file, and the flags. */
const ASF_SIZE_OFFSET = 40
const ASF_FLAGS_OFFSET = 88
const ASF_BROADCAST = 1

/** ASF specification, 3.2: while the broadcast flag is set the size means nothing. */
export async function asfPromisedEnd(file: InputFile): Promise<number> {
  const head = Buffer.from(await file.read(0, ASF_SEARCH_BYTES))
  const at = head.indexOf(ASF_FILE_PROPERTIES)
  if (at < 0 || head.length < at + ASF_FLAGS_OFFSET + 4) return 0
  const isBroadcast = (head.readUInt32LE(at + ASF_FLAGS_OFFSET) & ASF_BROADCAST) !== 0
  return isBroadcast ? 0 : Number(head.readBigUInt64LE(at + ASF_SIZE_OFFSET))
}
