// The bounds of a request that an operator can set. They have the names of the hub's limits, which can be passed directly.

export interface RequestBounds {
  readonly promptMaxChars: number
  readonly textMaxChars: number
  /** Maximum bytes of one base64 member after decoding. */
  readonly base64MaxBytes: number
  readonly outputMinSide: number
  readonly outputMaxSide: number
  readonly outputMaxPixels: number
  readonly audioMaxSeconds: number
  readonly batchMaxItems: number
}

export const DEFAULT_REQUEST_BOUNDS: RequestBounds = {
  promptMaxChars: 4000,
  textMaxChars: 10_000,
  base64MaxBytes: 256_000_000,
  outputMinSide: 64,
  outputMaxSide: 2048,
  outputMaxPixels: 1280 * 1280,
  audioMaxSeconds: 600,
  batchMaxItems: 500,
}

/** The simple API's documented default of `max_frame` is int(seconds * 25) + 81; no request needs more than that. */
export function maxFramesBound(bounds: RequestBounds): number {
  return Math.floor(bounds.audioMaxSeconds * 25) + 81
}
