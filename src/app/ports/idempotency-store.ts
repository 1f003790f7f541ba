// The idempotency port: the request of each key, and the job or batch that it made. A key is reserved before any work, so one of a hundred concurrent
// requests with the same key is accepted.
import type { BatchId, JobId } from '../../domain/ids.ts'
import type { Transaction } from './unit-of-work.ts'

export type MadeId = JobId | BatchId

export interface IdempotencyKey {
  /** Credential and route: the same key elsewhere is another key. */
  readonly scope: string
  readonly key: string
}

export interface IdempotencyRecord extends IdempotencyKey {
  /** Hash of the request; the same key with another request is an error. */
  readonly fingerprint: string
  /** Null while the request is being accepted. */
  readonly madeId: MadeId | null
  /** Names the process and the request that hold the reservation. */
  readonly reservedBy: string
  readonly expiresAtMs: number
}

export type Reservation = Pick<IdempotencyRecord, 'scope' | 'key' | 'reservedBy'>

export interface IdempotencyStore {
  /**
   * A reservation that expired before `nowMs` does not count. A key that is tied to what it made counts until it is swept or forgotten:
   * a clock that is wrong for a minute must not let the same request in twice.
   *
   * @returns the existing record; null when the key is reserved now
   */
  reserve(
    tx: Transaction,
    record: IdempotencyRecord,
    nowMs: number,
  ): Promise<IdempotencyRecord | null>
  /** @returns false when the reservation no longer exists */
  complete(
    tx: Transaction,
    record: IdempotencyRecord & { readonly madeId: MadeId },
  ): Promise<boolean>
  /** Releases the reservation of a rejected request. */
  release(tx: Transaction, record: Reservation): Promise<void>
  /** Keys of requests that are being accepted, or that a process left so. */
  reservations(tx: Transaction): Promise<readonly Reservation[]>
  /** Frees the keys of a job or batch that is removed. */
  forget(tx: Transaction, madeId: MadeId): Promise<void>
  /** Frees expired keys. */
  sweep(tx: Transaction, nowMs: number): Promise<void>
  /** Frees every reservation. Only for a process that is alone on the store: a crashed one made them. */
  releaseAll(tx: Transaction): Promise<void>
}
