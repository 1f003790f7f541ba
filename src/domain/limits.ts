// Every limit of the product by name, with its default. All of them can be configured and all are listed by the API.

export interface Limits {
  readonly imageMaxBytes: number
  readonly imageMaxPixels: number
  /** Both sides of a picture, after it has been turned upright. */
  readonly imageMinSide: number
  readonly imageMaxSide: number
  readonly audioMaxBytes: number
  readonly audioMinSeconds: number
  readonly audioMaxSeconds: number
  readonly audioMaxChannels: number
  readonly audioMinSampleRate: number
  readonly audioMaxSampleRate: number
  /** One base64 field, decoded. */
  readonly base64MaxBytes: number
  readonly promptMaxChars: number
  readonly outputMinSide: number
  readonly outputMaxSide: number
  readonly outputMaxPixels: number
  readonly fetchTimeoutMs: number
  readonly fetchIdleTimeoutMs: number
  readonly fetchMaxRedirects: number
  /** One run of ffmpeg or ffprobe that reads an input. */
  readonly probeTimeoutMs: number
  /** Memory of one media child process, as far as the operating system can hold it to that. */
  readonly childMaxBytes: number
  /** A whole render, from start to finished file. */
  readonly jobTimeoutMs: number
}

const MB = 1_000_000
const GiB = 1024 ** 3

export const DEFAULT_LIMITS: Limits = {
  imageMaxBytes: 20 * MB,
  imageMaxPixels: 50_000_000,
  imageMinSide: 16,
  imageMaxSide: 8192,
  audioMaxBytes: 200 * MB,
  audioMinSeconds: 0.2,
  audioMaxSeconds: 600,
  audioMaxChannels: 8,
  audioMinSampleRate: 8_000,
  audioMaxSampleRate: 192_000,
  base64MaxBytes: 256 * MB,
  promptMaxChars: 4000,
  outputMinSide: 64,
  outputMaxSide: 2048,
  outputMaxPixels: 1280 * 1280,
  fetchTimeoutMs: 120_000,
  fetchIdleTimeoutMs: 30_000,
  fetchMaxRedirects: 5,
  probeTimeoutMs: 120_000,
  childMaxBytes: 4 * GiB,
  jobTimeoutMs: 3_600_000,
}
