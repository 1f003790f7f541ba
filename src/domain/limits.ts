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
  readonly videoMaxBytes: number
  readonly videoMaxSeconds: number
  /** Width times height of a video that is to be dubbed. */
  readonly videoMaxPixels: number
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
  /** One file that is sent ahead of its job. */
  readonly uploadMaxBytes: number
  /** How long a file is kept that no job has named. */
  readonly uploadLifeMs: number
  /** Jobs of one caller that wait or run. */
  readonly queueMaxJobs: number
  /** Jobs rendered at a time by one hub. */
  readonly renderMaxParallel: number
  /** Jobs of one caller rendered at a time by all hubs of a store. */
  readonly renderMaxPerCaller: number
  /** How long an ended job and its files are kept. */
  readonly retentionMs: number
  /** Free space below which nothing new is accepted. Nothing is removed for it. */
  readonly diskReserveBytes: number
  /** All files of the hub together; beyond it the jobs that ended first are removed. 0: no quota. */
  readonly storageMaxBytes: number
  /** Requests that wait for a job, at a time. */
  readonly waitMaxClients: number
  /** A worker that says nothing for so long has lost its job. */
  readonly leaseMs: number
  /** Workers that may be lost with one job before it fails. */
  readonly workerMaxLosses: number
  /** Render processes that may die over one job before it fails. */
  readonly renderMaxCrashes: number
  /** How long an Idempotency-Key is remembered. */
  readonly idempotencyMs: number
  /** The time for an orderly stop: unfinished work is then put back. */
  readonly stopTimeoutMs: number
  /** A JSON body of the simple API, whose media are base64. */
  readonly simpleBodyMaxBytes: number
  /** A JSON body of /v1/jobs and /v1/estimate. */
  readonly jobBodyMaxBytes: number
  /** Any other body. */
  readonly bodyMaxBytes: number
  /** All bodies that are being read into memory at a time, together. */
  readonly bodyMemoryMaxBytes: number
  /** From the first byte of a request to the end of its header. */
  readonly headerTimeoutMs: number
  /** A body that brings less than 1 KiB in this time is given up. */
  readonly bodyIdleTimeoutMs: number
  /** A reader of a video or a stream that takes nothing for so long is cut off. */
  readonly readerIdleTimeoutMs: number
  /** Streams of events that may be open at a time. */
  readonly streamMaxClients: number
  /** How long the simple API holds a request open for its video. */
  readonly simpleWaitMs: number
  /** How long the signed URL of a video is good, at least. */
  readonly signedUrlLifeMs: number
}

const MB = 1_000_000
const GiB = 1024 ** 3
const HOUR_MS = 3_600_000

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
  videoMaxBytes: 1000 * MB,
  videoMaxSeconds: 600,
  videoMaxPixels: 4096 * 2160,
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
  uploadMaxBytes: 1000 * MB,
  uploadLifeMs: 24 * HOUR_MS,
  queueMaxJobs: 1000,
  renderMaxParallel: 1,
  renderMaxPerCaller: 1000,
  retentionMs: 24 * HOUR_MS,
  diskReserveBytes: 5000 * MB,
  storageMaxBytes: 0,
  waitMaxClients: 1000,
  leaseMs: 15_000,
  workerMaxLosses: 5,
  renderMaxCrashes: 1,
  idempotencyMs: 24 * HOUR_MS,
  stopTimeoutMs: 20_000,
  simpleBodyMaxBytes: 360 * MB,
  jobBodyMaxBytes: 32 * MB,
  bodyMaxBytes: MB,
  bodyMemoryMaxBytes: 720 * MB,
  headerTimeoutMs: 20_000,
  bodyIdleTimeoutMs: 30_000,
  readerIdleTimeoutMs: 60_000,
  streamMaxClients: 200,
  simpleWaitMs: HOUR_MS / 2,
  signedUrlLifeMs: HOUR_MS,
}
