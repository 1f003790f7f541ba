// The batch store port: rows of batches. The jobs of a batch are rows of their own that name it.
import type { Batch } from '../../domain/batch.ts'
import type { BatchId } from '../../domain/ids.ts'
import type { Transaction } from './unit-of-work.ts'

export interface BatchQuery {
  /** Null: batches of all owners. */
  readonly ownerKey: string | null
  /** Only older ones. */
  readonly before: BatchId | null
  readonly limit: number
}

export interface BatchStore {
  /** @param unfinished jobs of it that have not ended */
  insert(tx: Transaction, batch: Batch, unfinished: number): Promise<void>
  get(tx: Transaction, id: BatchId): Promise<Batch | null>
  /** Newest first. */
  list(tx: Transaction, query: BatchQuery): Promise<readonly Batch[]>
  /**
   * Counts the end of one of its jobs, in the transaction of that end.
   *
   * @returns whether it was the last one
   */
  jobEnded(tx: Transaction, id: BatchId): Promise<boolean>
  end(tx: Transaction, id: BatchId, nowMs: number, expiresAtMs: number): Promise<void>
  requestCancel(tx: Transaction, id: BatchId, nowMs: number): Promise<void>
  /** Those to be canceled that have not ended. */
  beingCanceled(tx: Transaction, limit: number): Promise<readonly BatchId[]>
  delete(tx: Transaction, id: BatchId): Promise<void>
  /** Deletes the rows of expired ones. @returns their ids */
  sweep(tx: Transaction, nowMs: number): Promise<readonly BatchId[]>
}
