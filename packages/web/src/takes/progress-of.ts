// The progress of a job: from its last event, or else from the job as it was read.
import type { JobProgress } from '@infinitetalk/client'
import type { JobResource } from '@infinitetalk/contract'

/** null for a job that has ended. */
export function progressOf(job: JobResource, latest: JobProgress | null): JobProgress | null {
  const { id: jobId, eta_s: etaSeconds, stage, step } = job
  if (job.status !== 'queued' && job.status !== 'running') return null
  if (latest !== null) return latest
  return job.status === 'queued'
    ? { phase: 'queued', jobId, queuePosition: job.queue_position, etaSeconds }
    : {
        phase: 'running',
        jobId,
        stage,
        fraction: job.progress,
        step,
        etaSeconds,
        etaRange: job.eta_range_s ?? null,
      }
}
