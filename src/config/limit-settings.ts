// Every limit as a setting: what it may be set to, and a line on what it is for. The environment name follows from the
// limit's own (imageMaxBytes is INFINITETALK_LIMIT_IMAGE_MAX_BYTES), and a limit that is missing here does not compile.
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
    'Most pixels of a picture, width times height.',
  ),
  imageMinSide: limit('imageMinSide', count(1), 'Shortest side of a picture, in pixels.'),
  imageMaxSide: limit('imageMaxSide', count(1), 'Longest side of a picture, in pixels.'),
  audioMaxBytes: limit('audioMaxBytes', bytes, 'Largest audio file.'),
  audioMinSeconds: limit('audioMinSeconds', seconds, 'Shortest audio.'),
  audioMaxSeconds: limit('audioMaxSeconds', seconds, 'Longest audio.'),
  audioMaxChannels: limit('audioMaxChannels', count(1), 'Most channels of an audio file.'),
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
  videoMaxSeconds: limit('videoMaxSeconds', seconds, 'Longest video that is given as an input.'),
  videoMaxPixels: limit(
    'videoMaxPixels',
    count(1),
    'Most pixels of a video that is given as an input, width times height.',
  ),
  base64MaxBytes: limit('base64MaxBytes', bytes, 'Largest file sent as base64, decoded.'),
  promptMaxChars: limit('promptMaxChars', count(1), 'Longest prompt, in characters.'),
  outputMinSide: limit('outputMinSide', count(16), 'Shortest side of a video, in pixels.'),
  outputMaxSide: limit('outputMaxSide', count(16), 'Longest side of a video, in pixels.'),
  outputMaxPixels: limit('outputMaxPixels', count(256), 'Most pixels of a video frame.'),
  fetchTimeoutMs: limit(
    'fetchTimeoutMs',
    milliseconds,
    'Longest download of one URL, redirects included.',
  ),
  fetchIdleTimeoutMs: limit(
    'fetchIdleTimeoutMs',
    milliseconds,
    'A download that brings less than 1 KiB in this time is given up.',
  ),
  fetchMaxRedirects: limit('fetchMaxRedirects', count(0), 'Most redirects of one URL.'),
  probeTimeoutMs: limit(
    'probeTimeoutMs',
    milliseconds,
    'Longest run of a program that reads an input.',
  ),
  childMaxBytes: limit('childMaxBytes', bytes, 'Most memory of one media program.'),
  jobTimeoutMs: limit('jobTimeoutMs', milliseconds, 'Longest render, from start to finished file.'),
  uploadMaxBytes: limit('uploadMaxBytes', bytes, 'Largest file sent ahead of its job.'),
  uploadLifeMs: limit(
    'uploadLifeMs',
    milliseconds,
    'How long a file is kept that no job has named.',
  ),
  queueMaxJobs: limit('queueMaxJobs', count(1), 'Most jobs of one caller that wait or run.'),
  renderMaxParallel: limit('renderMaxParallel', count(1), 'Jobs rendered at a time by this hub.'),
  renderMaxPerCaller: limit(
    'renderMaxPerCaller',
    count(1),
    'Jobs of one caller rendered at a time.',
  ),
  retentionMs: limit('retentionMs', milliseconds, 'How long an ended job and its files are kept.'),
  diskReserveBytes: limit(
    'diskReserveBytes',
    bytes,
    'Free space below which no new work is accepted. Nothing is removed for it.',
  ),
  storageMaxBytes: limit(
    'storageMaxBytes',
    bytesOrNone,
    'Quota for all inputs and videos of the hub together: beyond it the jobs that ended first are removed. 0: no quota.',
  ),
  waitMaxClients: limit(
    'waitMaxClients',
    count(1),
    'Most requests that wait for a job at a time (`?wait=`, `Prefer: wait`, the synchronous routes).',
  ),
  leaseMs: limit('leaseMs', milliseconds, 'A worker that is silent for so long has lost its job.'),
  workerMaxLosses: limit(
    'workerMaxLosses',
    count(0),
    'Workers that may be lost with a job before it fails.',
  ),
  renderMaxCrashes: limit(
    'renderMaxCrashes',
    count(0),
    'Render processes that may die over a job before it fails.',
  ),
  idempotencyMs: limit('idempotencyMs', milliseconds, 'How long an Idempotency-Key is remembered.'),
  stopTimeoutMs: limit(
    'stopTimeoutMs',
    milliseconds,
    'Time that running work has to end when the hub is stopped.',
  ),
  simpleBodyMaxBytes: limit('simpleBodyMaxBytes', bytes, 'Largest JSON body of the simple API.'),
  jobBodyMaxBytes: limit('jobBodyMaxBytes', bytes, 'Largest JSON body of a job or an estimate.'),
  bodyMaxBytes: limit('bodyMaxBytes', bytes, 'Largest body of any other request.'),
  bodyMemoryMaxBytes: limit(
    'bodyMemoryMaxBytes',
    bytes,
    'Most memory for JSON bodies that are being read, together.',
  ),
  headerTimeoutMs: limit(
    'headerTimeoutMs',
    milliseconds,
    'Time in which the header of a request must be there.',
  ),
  bodyIdleTimeoutMs: limit(
    'bodyIdleTimeoutMs',
    milliseconds,
    'A body that brings less than 1 KiB in this time is given up.',
  ),
  readerIdleTimeoutMs: limit(
    'readerIdleTimeoutMs',
    milliseconds,
    'A reader that takes nothing for so long is cut off.',
  ),
  streamMaxClients: limit('streamMaxClients', count(1), 'Most event streams open at a time.'),
  simpleWaitMs: limit(
    'simpleWaitMs',
    milliseconds,
    'How long the simple API holds a request open for its video.',
  ),
  signedUrlLifeMs: limit(
    'signedUrlLifeMs',
    milliseconds,
    'How long the signed URL of a video is good, at least.',
  ),
} satisfies Record<keyof Limits, SettingDefinition<number>>
