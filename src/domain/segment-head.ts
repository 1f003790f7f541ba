// The head of a stored segment: the boxes of fragmented MP4 (ISO 14496-12, 8.8) before its first fragment. Players get the head of
// the first segment once, and of every segment only what follows its head.

/** @returns its length in bytes; null when the segment does not begin like one */
export function segmentHeadBytes(start: Uint8Array): number | null {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  for (let at = 0; at + 8 <= start.length; ) {
    const size = view.getUint32(at)
    const type = String.fromCharCode(...start.subarray(at + 4, at + 8))
    if (type === 'moof') return at === 0 ? null : at
    if (size < 8) return null
    at += size
  }
  return null
}
