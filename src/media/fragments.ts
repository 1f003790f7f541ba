// A video in pieces that can be laid end to end as they are: fragmented MP4 (ISO 14496-12, 8.8). Each piece has the head that all
// share and one fragment, whose place in the video is a number in it. So joining is copying bytes, and nothing is encoded twice.

export interface SplitFragments {
  /** The header before the first fragment: codec and size. The same bytes for all pieces of one encoder. */
  readonly head: Buffer
  readonly fragments: Buffer
}

export interface FragmentParts {
  readonly head: readonly Buffer[]
  readonly fragments: readonly Buffer[]
}

/** The boxes that belong to a fragment; the index at the end of a file (`mfra`) counts from its own beginning and goes. */
const FRAGMENT_BOXES = new Set(['moof', 'mdat'])
const HEAD_BOXES = new Set(['ftyp', 'moov'])

/** null when it is no fragmented MP4. */
export function splitFragments(file: Buffer): SplitFragments | null {
  const parts = fragmentParts(file)
  return parts && { head: Buffer.concat(parts.head), fragments: Buffer.concat(parts.fragments) }
}

/** The same as views of the file, without a copy. */
export function fragmentParts(file: Buffer): FragmentParts | null {
  const head: Buffer[] = []
  const fragments: Buffer[] = []
  for (const { type, start, end } of boxesOf(file, 0, file.length)) {
    if (HEAD_BOXES.has(type)) head.push(file.subarray(start, end))
    if (FRAGMENT_BOXES.has(type)) fragments.push(file.subarray(start, end))
  }
  return head.length === 0 || fragments.length === 0 ? null : { head, fragments }
}

/**
 * Moves the fragments to their place in the whole, in the buffer itself.
 *
 * @param starts of each track by its id, in ticks of its own time scale, from the beginning of the whole
 * @param number of the first fragment, from 1
 */
export function placeFragments(
  { fragments }: SplitFragments,
  starts: ReadonlyMap<number, number>,
  number: number,
): void {
  let next = number
  for (const moof of boxesOf(fragments, 0, fragments.length)) {
    if (moof.type !== 'moof') continue
    for (const box of boxesOf(fragments, moof.start + 8, moof.end)) {
      if (box.type === 'mfhd') fragments.writeUInt32BE(next, box.start + 12)
      if (box.type !== 'traf') continue
      let ticks = 0
      for (const inner of boxesOf(fragments, box.start + 8, box.end)) {
        // The header of a track's run (`tfhd`) comes first in it.
        if (inner.type === 'tfhd') ticks = starts.get(fragments.readUInt32BE(inner.start + 12)) ?? 0
        if (inner.type === 'tfdt') moveTime(fragments, inner.start, ticks)
      }
    }
    next += 1
  }
}

/** Version 1 of the box has 64 bits, version 0 has 32. */
function moveTime(buffer: Buffer, start: number, ticks: number): void {
  const at = start + 12
  if (buffer[start + 8] === 1)
    buffer.writeBigUInt64BE(buffer.readBigUInt64BE(at) + BigInt(ticks), at)
  else buffer.writeUInt32BE(buffer.readUInt32BE(at) + ticks, at)
}

interface Box {
  readonly type: string
  readonly start: number
  readonly end: number
}

function* boxesOf(buffer: Buffer, from: number, to: number): Generator<Box> {
  for (let start = from; start + 8 <= to; ) {
    const short = buffer.readUInt32BE(start)
    const size = short === 1 ? Number(buffer.readBigUInt64BE(start + 8)) : short
    const end = size === 0 ? to : start + size
    if (end <= start + 7 || end > to) return
    yield { type: buffer.toString('latin1', start + 4, start + 8), start, end }
    start = end
  }
}
