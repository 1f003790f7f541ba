// A job as a task of Beam's gateway, with Beam's states. Pure.
import type { BeamTask, BeamTaskStatus, JobStatus } from '@infinitetalk/contract'
import type { JobView } from '../../app/hub.ts'
import type { QueueFigures } from '../../app/ports/dispatch.ts'
import type { Job } from '../../domain/job.ts'
import { isoTime } from '../iso-time.ts'
import { presentError } from '../present-job.ts'
import { videoFacts } from './video-facts.ts'

/** The only workspace of all tokens, and the only stub of all names. */
export const WORKSPACE = { external_id: 'infinitetalk', name: 'infinitetalk' } as const
export const STUB = {
  id: 'infinitetalk',
  external_id: 'infinitetalk',
  name: 'infinitetalk',
  type: 'taskqueue/deployment',
} as const

export interface BeamTaskFacts {
  readonly figures: QueueFigures
  readonly videoUrl: string
  /** Minimum validity of the link. */
  readonly linkSeconds: number
}

export function beamStatusOf({ status, attempt, error }: Job): BeamTaskStatus {
  switch (status) {
    case 'queued':
      // Back in the queue after its worker was lost or stopped.
      return attempt > 0 ? 'RETRY' : 'PENDING'
    case 'running':
      return 'RUNNING'
    case 'succeeded':
      return 'COMPLETE'
    case 'canceled':
      return 'CANCELLED'
    case 'failed':
      switch (error?.code) {
        case 'start_deadline_passed':
          return 'EXPIRED'
        case 'deadline_passed':
          return attempt > 0 ? 'TIMEOUT' : 'EXPIRED'
        case 'job_timeout':
          return 'TIMEOUT'
        default:
          return 'ERROR'
      }
  }
}

/** The state of a job by the state of its task. */
export const JOB_STATUS_OF: Readonly<Record<BeamTaskStatus, JobStatus>> = {
  PENDING: 'queued',
  RETRY: 'queued',
  RUNNING: 'running',
  COMPLETE: 'succeeded',
  ERROR: 'failed',
  TIMEOUT: 'failed',
  EXPIRED: 'failed',
  CANCELLED: 'canceled',
}

export function presentBeamTask({ job }: JobView, facts: BeamTaskFacts): BeamTask {
  const { figures, videoUrl, linkSeconds } = facts
  const { startedAtMs, finishedAtMs } = job
  const filename = `${job.id}.mp4`
  return {
    id: job.id,
    external_id: job.id,
    status: beamStatusOf(job),
    failure_reason: job.status === 'failed' ? (job.error?.detail ?? '') : '',
    container_id: '',
    created_at: isoTime(job.createdAtMs),
    started_at: isoTime(startedAtMs),
    ended_at: isoTime(finishedAtMs),
    updated_at: isoTime(finishedAtMs ?? startedAtMs ?? job.createdAtMs),
    outputs:
      job.output === null ? [] : [{ name: filename, url: videoUrl, expires_in: linkSeconds }],
    result: resultOf(job, filename),
    stats: { active_containers: figures.leased, queue_depth: figures.waiting },
    stub: STUB,
    app: null,
    deployment: null,
    workspace: WORKSPACE,
  }
}

/** The result of the handler, as a callback sends it. */
export function presentBeamResult(job: Job, videoUrl: string): unknown {
  const result = resultOf(job, `${job.id}.mp4`)
  return job.output === null ? result : { ...result, video_url: videoUrl }
}

function resultOf({ status, output, error }: Job, filename: string): BeamTask['result'] {
  if (output !== null) return { status: 'success', ...videoFacts(output, filename) }
  if (status !== 'failed' || error === null) return null
  const { code, message, hint, retryable } = presentError(error)
  return { error: message, code, hint, retryable }
}
