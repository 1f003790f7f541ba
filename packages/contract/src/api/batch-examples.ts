// Examples of batches for the OpenAPI document and the reference.
import type { BatchRequest } from '../batch-request.ts'
import type { BatchList, BatchResource } from '../batch-resource.ts'

const SELF = 'http://127.0.0.1:8787/v1/batches/batch_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'
const JOBS = 'http://127.0.0.1:8787/v1/jobs'

export const BATCH_REQUEST_EXAMPLE: BatchRequest = {
  name: 'greetings',
  defaults: {
    image: { url: 'https://example.com/portrait.png' },
    prompt: 'A person talking naturally',
  },
  items: [
    { name: 'hello', audio: { url: 'https://example.com/hello.wav' } },
    { name: 'goodbye', audio: { url: 'https://example.com/goodbye.wav' }, seed: 7 },
  ],
}

const COMMON = {
  id: 'batch_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11',
  object: 'batch',
  name: 'greetings',
  created_at: '2026-11-23T12:00:00.000Z',
  cancel_requested_at: null,
  urls: { self: SELF, cancel: `${SELF}/cancel`, archive: `${SELF}/archive` },
} as const

const NONE = { total: 2, queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0, deleted: 0 }

const item = (number: number, name: string) => ({
  number,
  name,
  file: `000${number}-${name}.mp4`,
  job_id: `job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c1${number}`,
})
const jobUrl = (number: number): string => `${JOBS}/${item(number, '').job_id}`

const ENDED = {
  ...COMMON,
  status: 'ended',
  counts: { ...NONE, succeeded: 1, failed: 1 },
  ended_at: '2026-11-23T12:04:10.000Z',
  expires_at: '2026-11-24T12:04:10.000Z',
} as const

export const BATCH_EXAMPLE: BatchResource = {
  ...ENDED,
  progress: 1,
  eta_s: 0,
  items: [
    {
      ...item(1, 'hello'),
      status: 'succeeded',
      progress: 1,
      error: null,
      urls: { job: jobUrl(1), video: `${jobUrl(1)}/video` },
    },
    {
      ...item(2, 'goodbye'),
      status: 'failed',
      progress: 0,
      error: {
        code: 'audio_unreadable',
        message: 'The audio ends after 0.1 s.',
        hint: 'The file is damaged: export it again.',
        retryable: false,
      },
      urls: { job: jobUrl(2), video: null },
    },
  ],
}

export const NEW_BATCH_EXAMPLE: BatchResource = {
  ...COMMON,
  status: 'running',
  counts: { ...NONE, queued: 2 },
  ended_at: null,
  expires_at: null,
  progress: 0,
  eta_s: null,
  items: BATCH_EXAMPLE.items.map((one) => ({
    ...one,
    status: 'queued',
    progress: 0,
    error: null,
    urls: { ...one.urls, video: null },
  })),
}

export const BATCH_LIST_EXAMPLE: BatchList = {
  object: 'list',
  data: [ENDED],
  has_more: false,
  next_cursor: null,
}
