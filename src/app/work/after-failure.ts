// Decides what a failed attempt means for its job: it ends, or waits in the queue for another attempt.
import { backoffMs } from '../../domain/backoff.ts'
import type { AppError } from '../../domain/errors.ts'
import type { Job } from '../../domain/job.ts'
import type { JobStateEvent } from '../../domain/job-state.ts'

export interface AfterFailure {
  readonly event: JobStateEvent
  /** Time until the job may be claimed again, when it is requeued. */
  readonly delayMs: number
}

interface RetryRules {
  readonly maxCrashes: number
  /** 0..1, spreads the retries of many jobs. */
  readonly random: number
}

/** With the delays of `backoffMs` these attempts span 2.5 to 5 minutes: a volume or a database that fails over is back by then. */
const MAX_ATTEMPTS_WITHOUT_STORE = 10

export function afterFailure(
  { attempt, losses, crashes }: Pick<Job, 'attempt' | 'losses' | 'crashes'>,
  error: AppError,
  { maxCrashes, random }: RetryRules,
): AfterFailure {
  switch (error.code) {
    case 'canceled':
      return { event: { type: 'stopped', attempt }, delayMs: 0 }
    case 'stopping':
      return { event: { type: 'put-back', attempt }, delayMs: 0 }
    case 'store_unavailable': {
      const endedHere = attempt - losses - crashes
      if (endedHere >= MAX_ATTEMPTS_WITHOUT_STORE) break
      return { event: { type: 'put-back', attempt }, delayMs: backoffMs(endedHere, random) }
    }
    case 'engine_crashed':
    case 'engine_job_expired':
    case 'tool_killed':
      return {
        event: { type: 'render-crashed', attempt, maxCrashes },
        delayMs: backoffMs(crashes + 1, random),
      }
  }
  return { event: { type: 'fail', attempt }, delayMs: 0 }
}
