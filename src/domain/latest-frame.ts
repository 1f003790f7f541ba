// A small picture of the current state of a render. It is useless after the render.

export interface LatestFrame {
  readonly jpeg: Uint8Array
  /** Unique for each picture. */
  readonly tag: string
}

/** Minimum time between two pictures of one render. */
export const FRAME_EVERY_MS = 2000
/** Longest side, in pixels. */
export const FRAME_MAX_SIDE = 480
/** The hub keeps one picture per render in memory and drops larger ones. */
export const FRAME_MAX_BYTES = 100_000

/** Checks the size and the first and last bytes of a JPEG: the hub passes pictures on without decoding them. */
export function isLatestFrame(bytes: Uint8Array): boolean {
  const { length } = bytes
  if (length < 4 || length > FRAME_MAX_BYTES) return false
  const begins = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
  return begins && bytes[length - 2] === 0xff && bytes[length - 1] === 0xd9
}
