// The dispatch port: delivers the id of a job to one worker at a time, at least once. The job's attempt number reveals a second
// delivery.
import type { Priority } from '@infinitetalk/contract'
import type { JobId } from '../../domain/ids.ts'
import type { Ability } from '../../domain/worker-needs.ts'
import type { Transaction } from './unit-of-work.ts'

export interface DispatchEntry {
  readonly jobId: JobId
  readonly priority: Priority
  /** Delivered to workers that can render such jobs. */
  readonly ability: Ability
  /** `ClaimRequest` limits the leased entries of one key. */
  readonly concurrencyKey: string
  /** Length of the video; null when it is not known yet. Keys share the renders by it. */
  readonly seconds: number | null
  /** Delivered no earlier than this. */
  readonly availableAtMs: number
}

export interface Lease {
  readonly jobId: JobId
  /** Names this delivery; an older token of the same job has lost its lease. */
  readonly token: string
  readonly workerId: string
}

export interface ClaimRequest {
  readonly workerId: string
  readonly token: string
  readonly nowMs: number
  /** The jobs that the worker can render; null takes any entry. */
  readonly abilities: readonly Ability[] | null
  /** A key whose own rules allow fewer gets no more than those. */
  readonly maxPerKey: number
}

/** A lease in the store; `beat` grows with each heartbeat. */
export interface LeaseBeat extends Lease {
  readonly beat: number
}

export interface QueueFigures {
  readonly waiting: number
  readonly leased: number
  /** Arrival of the entry that has waited longest; null when none waits. */
  readonly oldestWaitingSinceMs: number | null
}

export interface Dispatch {
  enqueue(tx: Transaction, entry: DispatchEntry): Promise<void>
  /**
   * Leases the next entry by priority; within a priority by turns of the keys, as their weights say; within a key by age. Null when
   * none may be leased.
   */
  claim(tx: Transaction, request: ClaimRequest): Promise<Lease | null>
  /** @returns false when the lease is lost, and the work must stop */
  heartbeat(tx: Transaction, lease: Lease): Promise<boolean>
  /** Returns the entry to its old place in the queue and ends any lease of it. */
  requeue(tx: Transaction, id: JobId, availableAtMs: number): Promise<void>
  /** Removes the entry and ends any lease of it. */
  remove(tx: Transaction, id: JobId): Promise<void>
  /** All leases. */
  leases(tx: Transaction): Promise<readonly LeaseBeat[]>
  /** Places from 1 of the waiting jobs; jobs beyond `maxPlace` or not waiting are left out. */
  places(
    tx: Transaction,
    ids: readonly JobId[],
    maxPlace: number,
  ): Promise<ReadonlyMap<JobId, number>>
  figures(tx: Transaction): Promise<QueueFigures>
  /** Number of entries of a key, waiting or leased. */
  load(tx: Transaction, concurrencyKey: string): Promise<number>
}
