// A picture of how a render looks now: small, seldom, and worth nothing afterwards.

/** At the most, per render. */
export const FRAME_EVERY_MS = 2000
/** Longest side, in pixels. */
export const FRAME_MAX_SIDE = 480
/** A render keeps one, in memory; what is larger is not kept. */
export const FRAME_MAX_BYTES = 100_000

/** Whether it is small enough, and a JPEG by its first and last bytes: all that a hub looks at before it hands it on. */
export function isLatestFrame(bytes: Uint8Array): boolean {
  const { length } = bytes
  if (length < 4 || length > FRAME_MAX_BYTES) return false
  const begins = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
  return begins && bytes[length - 2] === 0xff && bytes[length - 1] === 0xd9
}
