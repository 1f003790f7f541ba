// Every limit of the product by name, with its default. All of them can be configured and all are listed by the API.

export interface Limits {
  readonly imageMaxBytes: number
  readonly imageMaxPixels: number
  /** Both sides of a picture, once it is upright. */
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
  /** Width times height of an input video. */
  readonly videoMaxPixels: number
  /** One base64 field, decoded. */
  readonly base64MaxBytes: number
  readonly promptMaxChars: number
  /** A text that is to be spoken. */
  readonly textMaxChars: number
  /** Making the sound of one text. */
  readonly speechTimeoutMs: number
  readonly outputMinSide: number
  readonly outputMaxSide: number
  readonly outputMaxPixels: number
  readonly fetchTimeoutMs: number
  readonly fetchIdleTimeoutMs: number
  readonly fetchMaxRedirects: number
  /** One run of ffmpeg or ffprobe that reads an input. */
  readonly probeTimeoutMs: number
  /** Memory of one media program, as far as the operating system can enforce it. */
  readonly childMaxBytes: number
  /** A whole render, from start to finished file. */
  readonly jobTimeoutMs: number
  /** One file that is uploaded before its job. */
  readonly uploadMaxBytes: number
  /** How long an uploaded file is kept without a job that uses it. */
  readonly uploadLifeMs: number
  /** Uploads of one caller that have no content yet. */
  readonly uploadMaxPending: number
  /** Queued and running jobs of one caller. */
  readonly queueMaxJobs: number
  /** Items of a batch. */
  readonly batchMaxItems: number
  /** Jobs rendered at a time by one hub. */
  readonly renderMaxParallel: number
  /** Jobs of one caller rendered at a time by all hubs of a store. */
  readonly renderMaxPerCaller: number
  /** How long an ended job and its files are kept. */
  readonly retentionMs: number
  /** Free space below which new jobs and files are rejected. Nothing is deleted to regain it. */
  readonly diskReserveBytes: number
  /** All files of the hub together; above it the jobs that ended first are deleted. 0: no quota. */
  readonly storageMaxBytes: number
  /** Requests that wait for a job, at a time. */
  readonly waitMaxClients: number
  /** A worker without a heartbeat for this long has lost its job. */
  readonly leaseMs: number
  /** Maximum lost workers of a job; one more fails it. */
  readonly workerMaxLosses: number
  /** Maximum crashed render processes of a job; one more fails it. */
  readonly renderMaxCrashes: number
  /** How long an Idempotency-Key is remembered. */
  readonly idempotencyMs: number
  /** Events of one caller that wait for their delivery; beyond it jobs with a webhook are rejected. */
  readonly webhookMaxPending: number
  /** Time for running jobs to finish at a stop; unfinished ones then return to the queue. */
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
  /** A body of which less than 1 KiB arrives in this time fails. */
  readonly bodyIdleTimeoutMs: number
  /** A client that reads nothing of a video or a stream for this long is disconnected. */
  readonly readerIdleTimeoutMs: number
  /** Streams of events that may be open at a time. */
  readonly streamMaxClients: number
  /** How long the simple API holds a request open for its video. */
  readonly simpleWaitMs: number
  /** Minimum time for which the signed URL of a video is valid. */
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
  textMaxChars: 10_000,
  speechTimeoutMs: 300_000,
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
  uploadMaxPending: 1000,
  batchMaxItems: 500,
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
  webhookMaxPending: 10_000,
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
