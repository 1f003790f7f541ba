// How far a job is, in the one shape in which events, polls and uploads report it.
import type { JobEventResource, JobResource, Stage, StepResource } from '@infinitetalk/contract'

export interface QueuedProgress {
  readonly phase: 'queued'
  readonly jobId: string
  /** 1 is next; null when not known. */
  readonly queuePosition: number | null
  readonly etaSeconds: number | null
}

export interface RunningProgress {
  readonly phase: 'running'
  readonly jobId: string
  readonly stage: Stage | null
  /** 0..1 of the whole work. */
  readonly fraction: number
  /** Frames, windows or bytes of the stage. */
  readonly step: StepResource | null
  readonly etaSeconds: number | null
  /** Where measurements differ: at least and at most so many seconds. */
  readonly etaRange: readonly [number, number] | null
}

export type JobProgress = QueuedProgress | RunningProgress

/** null for an event that says nothing of how far the job is. */
export function progressOfEvent(event: JobEventResource): JobProgress | null {
  const jobId = event.job_id
  switch (event.type) {
    case 'queued':
    case 'requeued':
      return { phase: 'queued', jobId, queuePosition: null, etaSeconds: null }
    case 'started':
      return {
        phase: 'running',
        jobId,
        stage: null,
        fraction: 0,
        step: null,
        etaSeconds: null,
        etaRange: null,
      }
    case 'progress': {
      const { stage, progress: fraction, step, eta_s: etaSeconds } = event
      const etaRange = event.eta_range_s ?? null
      return { phase: 'running', jobId, stage, fraction, step, etaSeconds, etaRange }
    }
    default:
      return null
  }
}

/** null for a job that has ended. */
export function progressOfJob(job: JobResource): JobProgress | null {
  const { id: jobId, eta_s: etaSeconds } = job
  if (job.status === 'queued') {
    return { phase: 'queued', jobId, queuePosition: job.queue_position, etaSeconds }
  }
  if (job.status !== 'running') return null
  const { stage, progress: fraction, step } = job
  // Hubs of older versions say no range.
  const etaRange = job.eta_range_s ?? null
  return { phase: 'running', jobId, stage, fraction, step, etaSeconds, etaRange }
}
