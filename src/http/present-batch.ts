// Batches as the API shows them. Pure, but for the links that the caller makes.
import type { BatchResource, BatchSummary } from '@infinitetalk/contract'
import type { BatchView } from '../app/hub.ts'
import { type Batch, batchStatusOf } from '../domain/batch.ts'
import { itemFilename } from '../domain/batch-files.ts'
import { isTerminal, type Job } from '../domain/job.ts'
import { isoTime } from './iso-time.ts'
import { presentError } from './present-job.ts'

export interface BatchLinks {
  readonly baseUrl: string
  /** The link of a path; with API keys it is signed. */
  linkTo(path: string): string
}

type Counts = Omit<BatchSummary['counts'], 'total' | 'deleted'>

export function presentSummary(batch: Batch, counts: Counts, links: BatchLinks): BatchSummary {
  const { queued, running, succeeded, failed, canceled } = counts
  const total = batch.items.length
  const deleted = total - queued - running - succeeded - failed - canceled
  const path = `/v1/batches/${batch.id}`
  const self = `${links.baseUrl}${path}`
  return {
    id: batch.id,
    object: 'batch',
    name: batch.name,
    status: batchStatusOf(batch),
    counts: { total, queued, running, succeeded, failed, canceled, deleted },
    created_at: isoTime(batch.createdAtMs),
    ended_at: isoTime(batch.endedAtMs),
    expires_at: isoTime(batch.expiresAtMs),
    cancel_requested_at: isoTime(batch.cancelRequestedAtMs),
    urls: { self, cancel: `${self}/cancel`, archive: links.linkTo(`${path}/archive`) },
  }
}

export function presentBatch({ batch, jobs, nowMs }: BatchView, links: BatchLinks): BatchResource {
  const counts = { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0 }
  for (const job of jobs) if (job !== null) counts[job.status] += 1
  const progress = jobs.reduce((sum, job) => sum + progressOf(job), 0) / jobs.length
  return {
    ...presentSummary(batch, counts, links),
    progress,
    eta_s: secondsLeft(batch, jobs, progress, nowMs),
    items: batch.items.map(({ name, jobId }, index) => {
      const number = index + 1
      const job = jobs[index] ?? null
      const path = `/v1/jobs/${jobId}`
      const video = job?.status === 'succeeded' ? links.linkTo(`${path}/video`) : null
      return {
        number,
        name,
        file: itemFilename(number, name ?? 'video'),
        job_id: jobId,
        status: job?.status ?? 'deleted',
        progress: job === null ? 0 : (job.progress?.fraction ?? (job.output === null ? 0 : 1)),
        error: job?.error == null ? null : presentError(job.error),
        urls: { job: `${links.baseUrl}${path}`, video },
      }
    }),
  }
}

/** An ended job counts as done, whatever came of it: nothing more will. */
function progressOf(job: Job | null): number {
  if (job === null || isTerminal(job.status)) return 1
  return job.progress?.fraction ?? 0
}

function secondsLeft(
  { endedAtMs }: Batch,
  jobs: BatchView['jobs'],
  progress: number,
  nowMs: number,
): number | null {
  if (endedAtMs !== null) return 0
  const starts = jobs.flatMap((job) => job?.firstStartedAtMs ?? [])
  if (starts.length === 0 || progress === 0) return null
  const seconds = Math.max(0, nowMs - Math.min(...starts)) / 1000
  return Math.round((seconds / progress) * (1 - progress) * 10) / 10
}
