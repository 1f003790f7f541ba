// Defines every limit as a setting: its kind and its help. The name of the variable follows from that of the limit (imageMaxBytes is
// INFINITETALK_LIMIT_IMAGE_MAX_BYTES), and a limit that is missing here is a compile error.
import { DEFAULT_LIMITS, type Limits } from '../domain/limits.ts'
import { type SettingDefinition, setting } from './setting-definition.ts'
import {
  bytes,
  bytesOrNone,
  count,
  milliseconds,
  type SettingType,
  seconds,
  withDefault,
} from './setting-types.ts'

export function limitEnvironmentName(name: string): string {
  return `INFINITETALK_LIMIT_${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`
}

function limit(
  name: keyof Limits,
  type: SettingType<number>,
  help: string,
): SettingDefinition<number> {
  return setting(limitEnvironmentName(name), withDefault(type, DEFAULT_LIMITS[name]), help)
}

export const limitSettings = {
  imageMaxBytes: limit('imageMaxBytes', bytes, 'Largest picture file.'),
  imageMaxPixels: limit(
    'imageMaxPixels',
    count(1),
    'Maximum pixels of a picture, width times height.',
  ),
  imageMinSide: limit('imageMinSide', count(1), 'Shortest side of a picture, in pixels.'),
  imageMaxSide: limit('imageMaxSide', count(1), 'Longest side of a picture, in pixels.'),
  audioMaxBytes: limit('audioMaxBytes', bytes, 'Largest audio file.'),
  audioMinSeconds: limit('audioMinSeconds', seconds, 'Shortest audio.'),
  audioMaxSeconds: limit('audioMaxSeconds', seconds, 'Longest audio.'),
  audioMaxChannels: limit('audioMaxChannels', count(1), 'Maximum channels of an audio file.'),
  audioMinSampleRate: limit(
    'audioMinSampleRate',
    count(1),
    'Lowest sample rate of an audio file, in Hz.',
  ),
  audioMaxSampleRate: limit(
    'audioMaxSampleRate',
    count(1),
    'Highest sample rate of an audio file, in Hz.',
  ),
  videoMaxBytes: limit('videoMaxBytes', bytes, 'Largest video file.'),
  videoMaxSeconds: limit('videoMaxSeconds', seconds, 'Longest input video.'),
  videoMaxPixels: limit(
    'videoMaxPixels',
    count(1),
    'Maximum pixels of an input video, width times height.',
  ),
  base64MaxBytes: limit('base64MaxBytes', bytes, 'Largest file sent as base64, decoded.'),
  promptMaxChars: limit('promptMaxChars', count(1), 'Longest prompt, in characters.'),
  textMaxChars: limit('textMaxChars', count(1), 'Longest text to speak, in characters.'),
  speechTimeoutMs: limit(
    'speechTimeoutMs',
    milliseconds,
    'Longest time to make the sound of one text.',
  ),
  outputMinSide: limit('outputMinSide', count(16), 'Shortest side of a video, in pixels.'),
  outputMaxSide: limit('outputMaxSide', count(16), 'Longest side of a video, in pixels.'),
  outputMaxPixels: limit('outputMaxPixels', count(256), 'Maximum pixels of a video frame.'),
  fetchTimeoutMs: limit(
    'fetchTimeoutMs',
    milliseconds,
    'Longest download of one URL, redirects included.',
  ),
  fetchIdleTimeoutMs: limit(
    'fetchIdleTimeoutMs',
    milliseconds,
    'A download that receives less than 1 KiB in this time fails.',
  ),
  fetchMaxRedirects: limit('fetchMaxRedirects', count(0), 'Maximum redirects of one URL.'),
  probeTimeoutMs: limit(
    'probeTimeoutMs',
    milliseconds,
    'Longest run of a program that reads an input.',
  ),
  childMaxBytes: limit('childMaxBytes', bytes, 'Maximum memory of one media program.'),
  jobTimeoutMs: limit('jobTimeoutMs', milliseconds, 'Longest render, from start to finished file.'),
  uploadMaxBytes: limit('uploadMaxBytes', bytes, 'Largest file uploaded before its job.'),
  uploadLifeMs: limit(
    'uploadLifeMs',
    milliseconds,
    'How long an uploaded file is kept without a job that uses it.',
  ),
  uploadMaxPending: limit(
    'uploadMaxPending',
    count(1),
    'Maximum uploads of one caller that are not complete.',
  ),
  batchMaxItems: limit(
    'batchMaxItems',
    count(1),
    'Maximum items of a batch; not more than INFINITETALK_LIMIT_QUEUE_MAX_JOBS are accepted.',
  ),
  queueMaxJobs: limit('queueMaxJobs', count(1), 'Maximum queued and running jobs of one caller.'),
  renderMaxParallel: limit(
    'renderMaxParallel',
    count(1),
    'Maximum jobs that this hub renders at a time; with several ComfyUIs one for each by default.',
  ),
  renderMaxPerCaller: limit(
    'renderMaxPerCaller',
    count(1),
    'Maximum jobs of one caller that are rendered at a time.',
  ),
  retentionMs: limit('retentionMs', milliseconds, 'How long an ended job and its files are kept.'),
  diskReserveBytes: limit(
    'diskReserveBytes',
    bytes,
    'Free space below which new jobs and files are rejected. Nothing is deleted to regain it.',
  ),
  storageMaxBytes: limit(
    'storageMaxBytes',
    bytesOrNone,
    'Quota for all inputs and videos of the hub; above it the jobs that ended first are deleted. 0: no quota.',
  ),
  waitMaxClients: limit(
    'waitMaxClients',
    count(1),
    'Maximum requests that wait for a job at a time (`?wait=`, `Prefer: wait`, the synchronous routes).',
  ),
  leaseMs: limit(
    'leaseMs',
    milliseconds,
    'A worker without a heartbeat for this long has lost its job.',
  ),
  workerMaxLosses: limit(
    'workerMaxLosses',
    count(0),
    'Maximum lost workers of a job; one more fails it.',
  ),
  renderMaxCrashes: limit(
    'renderMaxCrashes',
    count(0),
    'Maximum crashed render processes of a job; one more fails it.',
  ),
  idempotencyMs: limit('idempotencyMs', milliseconds, 'How long an Idempotency-Key is remembered.'),
  webhookMaxPending: limit(
    'webhookMaxPending',
    count(1),
    'Maximum events of one caller that wait for their delivery; beyond it jobs with a webhook are rejected.',
  ),
  stopTimeoutMs: limit(
    'stopTimeoutMs',
    milliseconds,
    'Time for running jobs to finish when the hub stops.',
  ),
  simpleBodyMaxBytes: limit('simpleBodyMaxBytes', bytes, 'Largest JSON body of the simple API.'),
  jobBodyMaxBytes: limit('jobBodyMaxBytes', bytes, 'Largest JSON body of a job or an estimate.'),
  bodyMaxBytes: limit('bodyMaxBytes', bytes, 'Largest body of any other request.'),
  bodyMemoryMaxBytes: limit(
    'bodyMemoryMaxBytes',
    bytes,
    'Maximum memory for all JSON bodies that are being read.',
  ),
  headerTimeoutMs: limit(
    'headerTimeoutMs',
    milliseconds,
    'Time in which the header of a request must arrive.',
  ),
  bodyIdleTimeoutMs: limit(
    'bodyIdleTimeoutMs',
    milliseconds,
    'A body of which less than 1 KiB arrives in this time fails.',
  ),
  readerIdleTimeoutMs: limit(
    'readerIdleTimeoutMs',
    milliseconds,
    'A client that reads nothing for this long is disconnected.',
  ),
  streamMaxClients: limit('streamMaxClients', count(1), 'Maximum event streams open at a time.'),
  simpleWaitMs: limit(
    'simpleWaitMs',
    milliseconds,
    'How long the simple API holds a request open for its video.',
  ),
  signedUrlLifeMs: limit(
    'signedUrlLifeMs',
    milliseconds,
    'Minimum time for which the signed URL of a video is valid.',
  ),
} satisfies Record<keyof Limits, SettingDefinition<number>>
