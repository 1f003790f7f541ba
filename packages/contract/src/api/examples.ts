// Examples for the OpenAPI document. A test checks each against its schema.
import type { DeliveryResource, WebhookSecrets } from '../delivery-resource.ts'
import type { EstimateResource } from '../estimate-resource.ts'
import type { FileResource } from '../file-resource.ts'
import type {
  LimitsResource,
  LivenessResource,
  ReadinessResource,
  StorageResource,
  WorkflowList,
} from '../hub-resource.ts'
import type { JobEventResource } from '../job-event.ts'
import type { JobList } from '../job-list.ts'
import type { JobResource } from '../job-resource.ts'
import type { ModelList } from '../model-resource.ts'
import type { Problem } from '../problem.ts'
import type { SimpleTask, SimpleTaskStatus } from '../simple-resource.ts'

const JOB_ID = 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'
const FILE_ID = 'file_01932b1c-7f00-7a10-8b6e-52d9c4f1a0e3'
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
const SELF = `/v1/jobs/${JOB_ID}`

export const REQUEST_EXAMPLE = {
  image: { url: 'https://example.com/portrait.png' },
  audio: { file_id: FILE_ID },
  prompt: 'A person talking naturally',
  width: 512,
  height: 512,
  metadata: { order: '4711' },
}

export const DELIVERY_EXAMPLE: DeliveryResource = {
  id: 'msg_01932b1c-9b5f-7d42-8e3a-40717a1b8d22',
  object: 'delivery',
  job_id: JOB_ID,
  event: 'job.succeeded',
  url: 'https://example.com/hooks/videos',
  status: 'pending',
  created_at: '2026-11-23T12:00:09.480Z',
  next_attempt_at: '2026-11-23T12:00:14.900Z',
  attempts: [{ at: '2026-11-23T12:00:09.700Z', status: 503, error: null, duration_s: 0.12 }],
}

export const WEBHOOK_SECRETS_EXAMPLE: WebhookSecrets = {
  object: 'webhook_secrets',
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
}

export const SIMPLE_REQUEST_EXAMPLE = {
  image_url: 'https://example.com/portrait.png',
  wav_base64: 'data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQAAAAA=',
  prompt: 'A person talking naturally',
  width: 512,
  height: 512,
}

/** Facts of a finished video, for clients of Beam and RunPod. */
export const VIDEO_FACTS_EXAMPLE = {
  filename: `${JOB_ID}.mp4`,
  size_bytes: 402_113,
  duration_s: 3.52,
  sha256: SHA256,
  seed: 42,
  warnings: [],
}

export const JOB_EXAMPLE: JobResource = {
  id: JOB_ID,
  object: 'job',
  status: 'succeeded',
  stage: null,
  progress: 1,
  step: null,
  queue_position: null,
  waiting_reason: null,
  eta_s: null,
  eta_range_s: null,
  priority: 'normal',
  created_at: '2026-11-23T12:00:00.000Z',
  started_at: '2026-11-23T12:00:00.120Z',
  finished_at: '2026-11-23T12:00:09.480Z',
  expires_at: '2026-11-24T12:00:09.480Z',
  cancel_requested_at: null,
  attempt: 1,
  input: {
    image: { url: 'https://example.com/portrait.png' },
    audio: { file_id: FILE_ID, sha256: SHA256, bytes: 112_044, type: 'audio/wav' },
    prompt: 'A person talking naturally',
    width: 512,
    height: 512,
  },
  output: {
    video: {
      url: `${SELF}/video`,
      bytes: 402_113,
      sha256: SHA256,
      width: 512,
      height: 512,
      fps: 25,
      frames: 88,
      duration_s: 3.52,
      content_type: 'video/mp4',
      expires_at: '2026-11-24T12:00:09.480Z',
    },
    engine: 'preview',
    seed: 42,
    warnings: [],
  },
  error: null,
  timings: { queued_s: 0.12, running_s: 9.36, total_s: 9.48, stages: { sampling: 7.9 } },
  metadata: { order: '4711' },
  retry_of: null,
  urls: {
    self: SELF,
    events: `${SELF}/events`,
    cancel: `${SELF}/cancel`,
    retry: `${SELF}/retry`,
    retake: `${SELF}/retake`,
    video: `${SELF}/video`,
    stream: `${SELF}/stream.m3u8`,
  },
}

export const QUEUED_JOB_EXAMPLE: JobResource = {
  ...JOB_EXAMPLE,
  status: 'queued',
  progress: 0,
  queue_position: 1,
  waiting_reason: null,
  eta_s: 11,
  started_at: null,
  finished_at: null,
  expires_at: null,
  attempt: 0,
  output: null,
  timings: { queued_s: 0, running_s: null, total_s: null, stages: {} },
}

export const JOB_LIST_EXAMPLE: JobList = {
  object: 'list',
  data: [JOB_EXAMPLE],
  has_more: false,
  next_cursor: null,
}

export const JOB_EVENT_EXAMPLE: JobEventResource = {
  job_id: JOB_ID,
  sequence: 3,
  created_at: '2026-11-23T12:00:04.000Z',
  attempt: 1,
  type: 'progress',
  stage: 'sampling',
  progress: 0.42,
  step: { done: 37, total: 88, unit: 'frames' },
  eta_s: 5.2,
  eta_range_s: [4, 8],
}

export const FILE_EXAMPLE: FileResource = {
  id: FILE_ID,
  object: 'file',
  status: 'pending',
  filename: 'speech.wav',
  content_type: 'audio/wav',
  bytes: null,
  sha256: null,
  created_at: '2026-11-23T12:00:00.000Z',
  expires_at: '2026-11-24T12:00:00.000Z',
  upload_url: `/v1/files/${FILE_ID}/content`,
  method: 'PUT',
  direct_upload: null,
  max_bytes: 1_000_000_000,
}

export const READY_FILE_EXAMPLE: FileResource = {
  ...FILE_EXAMPLE,
  status: 'ready',
  bytes: 112_044,
  sha256: SHA256,
  upload_url: null,
}

export const ESTIMATE_EXAMPLE: EstimateResource = {
  object: 'estimate',
  engine: 'preview',
  frames: 88,
  windows: 0,
  surplus_frames: 0,
  duration_s: 3.52,
  width: 512,
  height: 512,
  seconds: 9.4,
  cost: { amount: 0.0018, currency: 'USD' },
  queue_s: 0,
  saves: [],
  warnings: [],
}

export const LIMITS_EXAMPLE: LimitsResource = {
  object: 'limits',
  limits: { image_max_bytes: 20_000_000, audio_max_seconds: 600 },
  key: {
    name: 'shop',
    admin: false,
    scopes: ['read', 'write'],
    max_priority: 'normal',
    max_running: 2,
    weight: 1,
    allowances: [
      { policy: 'video-seconds', limit: 3600, window_s: 86_400, remaining: 3412, reset_s: 40_211 },
    ],
  },
}

export const WORKFLOW_LIST_EXAMPLE: WorkflowList = {
  object: 'list',
  data: [
    {
      name: 'I2V_single',
      engine: 'comfyui',
      input_type: 'image',
      speakers: 1,
      parameters: ['image', 'audio', 'prompt', 'width', 'height', 'seed', 'steps'],
    },
  ],
}

export const MODEL_LIST_EXAMPLE: ModelList = {
  object: 'list',
  sets: { single: 'One speaker (the default).' },
  data: [
    {
      object: 'model',
      name: 'clip-vision-h',
      role: 'image-encoder',
      path: 'clip_vision/clip_vision_h.safetensors',
      state: 'present',
      detail: null,
      bytes: 1_264_219_396,
      approximate: false,
      bytes_on_disk: 1_264_219_396,
      sha256: '64a7ef761bfccbadbaa3da77366aac4185a6c58fa5de5f589b42a65bcc21f161',
      licence: 'MIT',
      sets: ['single', 'multi', 'low-vram'],
      graphs: ['I2V_single', 'I2V_multi', 'V2V_single', 'V2V_multi'],
      optional: true,
      alternatives: [],
    },
  ],
}

export const LIVENESS_EXAMPLE: LivenessResource = { status: 'alive', version: '0.1.0' }

export const READINESS_EXAMPLE: ReadinessResource = {
  status: 'ready',
  stopping: false,
  engines: [{ name: 'preview', ready: true, detail: null }],
  store: { ready: true, detail: null },
  disk: { ready: true, free_bytes: 81_000_000_000, reserve_bytes: 5_000_000_000 },
}

export const STORAGE_EXAMPLE: StorageResource = {
  object: 'storage',
  used_bytes: 41_500_000,
  files: 37,
  free_bytes: 81_000_000_000,
  reserve_bytes: 5_000_000_000,
  quota_bytes: null,
  retention_s: 86_400,
  upload_life_s: 86_400,
  measured_at: '2026-11-23T12:00:00.000Z',
}

export const TASK_EXAMPLE: SimpleTask = {
  status: 'queued',
  task_id: JOB_ID,
  status_url: `/queue/${JOB_ID}`,
}

export const TASK_STATUS_EXAMPLE: SimpleTaskStatus = {
  status: 'success',
  message: 'The video is ready.',
  task_id: JOB_ID,
  video_url: `${SELF}/video`,
  filename: `${JOB_ID}.mp4`,
  size_bytes: 402_113,
  duration_s: 3.52,
}

export const PROBLEM_EXAMPLE: Problem = {
  type: 'urn:infinitetalk:error:audio_too_short',
  title: 'The audio is too short',
  status: 422,
  code: 'audio_too_short',
  detail: 'The audio is 0.1 s long; at least 0.2 s are needed.',
  hint: 'Use at least 0.2 seconds of audio.',
  retryable: false,
  pointer: '/audio',
  error: 'The audio is 0.1 s long; at least 0.2 s are needed.',
  instance: '/v1/jobs',
  request_id: 'req_01932b1c8a4e7c319d2f3f6f0a5b7c11',
}
