// The job store port: rows of jobs. It knows no transitions. It writes a job only over the version that was read, so that two
// writers cannot both succeed.
import type { JobStatus } from '@infinitetalk/contract'
import type { BatchId, JobId } from '../../domain/ids.ts'
import type { Job } from '../../domain/job.ts'
import type { RemovalReason } from './observer.ts'
import type { Transaction } from './unit-of-work.ts'

export interface JobQuery {
  readonly status: JobStatus | null
  /** Null: jobs of all owners. */
  readonly ownerKey?: string | null
  /** Jobs older than this one; null starts with the newest. */
  readonly before: JobId | null
  readonly limit: number
}

/** A job that the hub removed by itself. */
export interface Burial {
  readonly atMs: number
  readonly why: Exclude<RemovalReason, 'deleted'>
  /** Null for a job that an earlier version buried. */
  readonly ownerKey: string | null
}

export type JobCounts = Readonly<Record<JobStatus, number>>

export interface JobStore {
  /** @param reuseKey names everything that shapes its video; null when that is not known */
  insert(tx: Transaction, job: Job, reuseKey?: string | null): Promise<void>
  /** The newest job of a key that succeeded and has this name. */
  findVideo(tx: Transaction, ownerKey: string, reuseKey: string): Promise<Job | null>
  get(tx: Transaction, id: JobId): Promise<Job | null>
  /** Writes `job` over version `job.version - 1`; when that has changed, the whole transaction is retried. */
  update(tx: Transaction, job: Job): Promise<void>
  /** As `update`, and writes the input too: the texts in it may change. */
  describe(tx: Transaction, job: Job): Promise<void>
  /** @returns whether the job existed */
  delete(tx: Transaction, id: JobId): Promise<boolean>
  /** Newest first. */
  list(tx: Transaction, query: JobQuery): Promise<readonly Job[]>
  /** The jobs of a batch that are still there. */
  ofBatch(tx: Transaction, batchId: BatchId): Promise<readonly Job[]>
  /** Number of jobs in each state, of each batch. */
  countsOfBatches(
    tx: Transaction,
    ids: readonly BatchId[],
  ): Promise<ReadonlyMap<BatchId, JobCounts>>
  /** Moves the expiry of the ended jobs of a batch to that of the batch, except of those that are kept without end. */
  expireWithBatch(tx: Transaction, batchId: BatchId, expiresAtMs: number): Promise<void>
  /** Number of jobs in each state. */
  counts(tx: Transaction): Promise<JobCounts>
  /** Jobs past their deadline; running ones `graceMs` later, because their worker enforces it. */
  overdue(tx: Transaction, nowMs: number, graceMs: number, limit: number): Promise<readonly JobId[]>
  /** Finished jobs that have expired at `nowMs`, without those of a batch that has not ended. */
  expired(tx: Transaction, nowMs: number, limit: number): Promise<readonly JobId[]>
  /** Finished jobs in the order of their end, in which the quota removes them. */
  oldestFinished(tx: Transaction, limit: number): Promise<readonly JobId[]>
  /** Ended jobs whose render may still run on another machine. */
  abandoned(tx: Transaction, limit: number): Promise<readonly JobId[]>
  /** All running jobs. */
  running(tx: Transaction): Promise<readonly JobId[]>
  /** The last time at which a job was created or ended, in milliseconds since 1970; null without jobs. */
  newestTime(tx: Transaction): Promise<number | null>
  /** Remembers the id of a removed job, to distinguish it from one that never existed. */
  bury(tx: Transaction, id: JobId, burial: Burial): Promise<void>
  /** @returns null for an id that was not buried */
  burial(tx: Transaction, id: JobId): Promise<Burial | null>
  /** Forgets ids that were buried before `beforeMs`. */
  forgetBuried(tx: Transaction, beforeMs: number): Promise<void>
}
