// The outermost boxes of an MP4, M4A or QuickTime file (ISO 14496-12, 4.2): enough to see whether one runs beyond the end
// of the file, and whether the index comes before the data.
import type { InputFile } from './input-file.ts'

export interface IsoBox {
  /** Four characters, e.g. `moov`. */
  readonly type: string
  /** Offset of the first byte after the box, as its header says. */
  readonly end: number
}

/** A fragmented file has two boxes per fragment; no real video has more boxes than this. */
const MAX_BOXES = 100_000

export async function* topLevelBoxes(file: InputFile): AsyncGenerator<IsoBox> {
  let offset = 0
  for (let count = 0; count < MAX_BOXES && offset + 8 <= file.bytes; count += 1) {
    const header = Buffer.from(await file.read(offset, 16))
    const size = boxBytes(header, file.bytes - offset)
    if (size < 8) return
    yield { type: header.toString('latin1', 4, 8), end: offset + size }
    offset += size
  }
}

function boxBytes(header: Buffer, bytesLeft: number): number {
  const size = header.readUInt32BE(0)
  if (size === 0) return bytesLeft
  if (size !== 1) return size
  return header.length < 16 ? 0 : Number(header.readBigUInt64BE(8))
}

/** True when the index (`moov`) lies before the data (`mdat`), so that a player can start before it has all. */
export async function isFastStart(file: InputFile): Promise<boolean> {
  for await (const { type } of topLevelBoxes(file)) {
    if (type === 'moov') return true
    if (type === 'mdat') return false
  }
  return false
}
