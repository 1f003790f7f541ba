// A job as a task of Beam's gateway, and its states in Beam's words. Pure.
import type { BeamTask, BeamTaskStatus, JobStatus } from '@infinitetalk/contract'
import type { JobView } from '../../app/hub.ts'
import type { QueueFigures } from '../../app/ports/dispatch.ts'
import type { Job } from '../../domain/job.ts'
import { presentError } from '../present-job.ts'
import { videoFacts } from './video-facts.ts'

/** There is one of each: what a token belongs to, and what a name leads to. */
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
  /** For which the link is good, at least. */
  readonly linkSeconds: number
}

export function beamStatusOf({ status, attempt, error }: Job): BeamTaskStatus {
  switch (status) {
    case 'queued':
      // Its worker was lost, or gave it back: it is in the queue again.
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

/** The state of jobs among which the tasks of a state are. */
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
    started_at: startedAtMs === null ? null : isoTime(startedAtMs),
    ended_at: finishedAtMs === null ? null : isoTime(finishedAtMs),
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

function resultOf({ status, output, error }: Job, filename: string): BeamTask['result'] {
  if (output !== null) return { status: 'success', ...videoFacts(output, filename) }
  if (status !== 'failed' || error === null) return null
  const { code, message, hint, retryable } = presentError(error)
  return { error: message, code, hint, retryable }
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
