// The events port: the events of each job, numbered within the job, so that a broken stream can resume.
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
  /** Numbers the event: one more than the job's last. */
  append(tx: Transaction, event: NewJobEvent): Promise<JobEvent>
  /** Events with a number above `afterSequence`, in order. */
  after(
    tx: Transaction,
    id: JobId,
    afterSequence: number,
    limit: number,
  ): Promise<readonly JobEvent[]>
  /** Deletes progress events once the job has ended; the others keep their numbers. */
  compact(tx: Transaction, id: JobId): Promise<void>
  deleteAll(tx: Transaction, id: JobId): Promise<void>
}
