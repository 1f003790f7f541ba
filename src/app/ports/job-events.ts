// The events port: what happened to each job, numbered within the job, so that a stream can be taken up where it broke off.
import type { JobId } from '../../domain/ids.ts'
import type { JobEvent, JobEventBody } from '../../domain/job.ts'
import type { Transaction } from './unit-of-work.ts'

export interface NewJobEvent {
  readonly jobId: JobId
  readonly attempt: number
  readonly atMs: number
  readonly body: JobEventBody
}

export interface JobEvents {
  /** Numbers it: one more than the last of this job. */
  append(tx: Transaction, event: NewJobEvent): Promise<JobEvent>
  /** Events with a number above `afterSequence`, in order. */
  after(
    tx: Transaction,
    id: JobId,
    afterSequence: number,
    limit: number,
  ): Promise<readonly JobEvent[]>
  /** Drops progress once the job has ended; the numbers of the rest stay. */
  compact(tx: Transaction, id: JobId): Promise<void>
  deleteAll(tx: Transaction, id: JobId): Promise<void>
}
