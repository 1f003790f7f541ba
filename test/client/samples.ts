// Jobs and events as a hub sends them, for tests of what reads them.
import { createHash } from 'node:crypto'
import type { JobEventResource, JobResource } from '@infinitetalk/contract'

export const JOB_ID = 'job_01890a5d-ac96-774b-bcce-b302099a8057'
export const FILE_ID = 'file_01890a5d-ac96-774b-bcce-b302099a8057'
const NOW = '2026-07-01T12:00:00.000Z'

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function sampleJob(members: Partial<JobResource> = {}): JobResource {
  const self = `/v1/jobs/${JOB_ID}`
  return {
    id: JOB_ID,
    object: 'job',
    status: 'queued',
    stage: null,
    progress: 0,
    step: null,
    queue_position: 1,
    waiting_reason: null,
    eta_s: null,
    eta_range_s: null,
    priority: 'normal',
    created_at: NOW,
    started_at: null,
    finished_at: null,
    expires_at: null,
    cancel_requested_at: null,
    attempt: 0,
    input: {},
    output: null,
    error: null,
    timings: { queued_s: 0, running_s: null, total_s: null, stages: {} },
    metadata: {},
    retry_of: null,
    urls: {
      self,
      events: `${self}/events`,
      cancel: `${self}/cancel`,
      retry: `${self}/retry`,
      retake: `${self}/retake`,
      video: `${self}/video`,
      stream: `${self}/stream.m3u8`,
    },
    ...members,
  }
}

export function succeededJob(video: Uint8Array): JobResource {
  return sampleJob({
    status: 'succeeded',
    progress: 1,
    queue_position: null,
    output: {
      engine: 'preview',
      seed: 7,
      warnings: [],
      video: {
        url: `/v1/jobs/${JOB_ID}/video`,
        bytes: video.length,
        sha256: sha256Of(video),
        width: 640,
        height: 640,
        fps: 25,
        frames: 190,
        duration_s: 7.6,
        content_type: 'video/mp4',
        expires_at: null,
      },
    },
  })
}

export function failedJob(): JobResource {
  const error = {
    code: 'no_face_found',
    message: 'There is no face in the picture.',
    hint: 'Use another.',
    retryable: false,
  } as const
  return sampleJob({ status: 'failed', queue_position: null, error })
}

/** The life of a job that succeeds: queued, started, progress, succeeded. */
export function sampleEvents(count: number): readonly JobEventResource[] {
  return Array.from({ length: count }, (_, index) => {
    const common = { job_id: JOB_ID, sequence: index + 1, created_at: NOW, attempt: 1 }
    if (index === 0) return { ...common, type: 'queued' }
    if (index === 1) return { ...common, type: 'started', engine: 'preview' }
    if (index === count - 1) {
      return { ...common, type: 'succeeded', video: { bytes: 1, sha256: '', duration_s: 1 } }
    }
    const step = { done: index, total: count, unit: 'frames' } as const
    const progress = index / count
    return {
      ...common,
      type: 'progress',
      stage: 'sampling',
      progress,
      step,
      eta_s: 3,
      eta_range_s: null,
    }
  })
}

export function eventText(event: JobEventResource): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

export const STREAM_END_TEXT = 'event: done\ndata: {}\n\n'
