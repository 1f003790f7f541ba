// The dispatch port: delivers the id of a job to one worker at a time, at least once. Who was delivered to twice finds out
// by the job's attempt number, not here.
import type { Priority } from '@infinitetalk/contract'
import type { JobId } from '../../domain/ids.ts'
import type { Transaction } from './unit-of-work.ts'

export interface DispatchEntry {
  readonly jobId: JobId
  readonly priority: Priority
  /** No more than so many of one key are leased at a time; see `ClaimRequest`. */
  readonly concurrencyKey: string
  /** Delivered no earlier than this; within a priority, who came first goes first. */
  readonly availableAtMs: number
}

export interface Lease {
  readonly jobId: JobId
  /** Names this delivery: whoever holds another one for the same job has lost it. */
  readonly token: string
  readonly workerId: string
}

export interface ClaimRequest {
  readonly workerId: string
  readonly token: string
  readonly nowMs: number
  readonly maxPerKey: number
}

/** A lease as it stands in the store; `beat` grows with each heartbeat. */
export interface LeaseBeat extends Lease {
  readonly beat: number
}

export interface QueueFigures {
  readonly waiting: number
  readonly leased: number
  /** When the entry that has waited longest came; null when none waits. */
  readonly oldestWaitingSinceMs: number | null
}

export interface Dispatch {
  enqueue(tx: Transaction, entry: DispatchEntry): Promise<void>
  /** The next entry in order of priority, then age; null when there is none that may be taken. */
  claim(tx: Transaction, request: ClaimRequest): Promise<Lease | null>
  /** @returns false when the lease is lost: the work must stop */
  heartbeat(tx: Transaction, lease: Lease): Promise<boolean>
  /** Back to the queue, to its old place among its like, whoever held it. */
  requeue(tx: Transaction, id: JobId, availableAtMs: number): Promise<void>
  /** The work is over, whoever held it. */
  remove(tx: Transaction, id: JobId): Promise<void>
  /** Every lease there is. */
  leases(tx: Transaction): Promise<readonly LeaseBeat[]>
  /** Places in the queue from 1 for those that wait; who is beyond `maxPlace`, or not waiting, is left out. */
  places(
    tx: Transaction,
    ids: readonly JobId[],
    maxPlace: number,
  ): Promise<ReadonlyMap<JobId, number>>
  figures(tx: Transaction): Promise<QueueFigures>
  /** How many entries of a key wait or are leased. */
  load(tx: Transaction, concurrencyKey: string): Promise<number>
}
