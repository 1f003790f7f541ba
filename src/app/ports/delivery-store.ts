// Deliveries of webhooks. Each is written in the transaction that ends its job, and kept for a while as a log.
import type { DeliveryStatus } from '@infinitetalk/contract'
import type { Delivery } from '../../domain/delivery.ts'
import type { DeliveryId, JobId } from '../../domain/ids.ts'
import type { Transaction } from './unit-of-work.ts'

export interface DeliveryQuery {
  /** null: of all keys. */
  readonly ownerKey: string | null
  readonly jobId: JobId | null
  readonly status: DeliveryStatus | null
  /** Only older ones. */
  readonly before: DeliveryId | null
  readonly limit: number
}

export interface DueQuery {
  readonly nowMs: number
  /** Hosts that are being called often enough. */
  readonly exceptHosts: readonly string[]
  readonly limit: number
}

export interface DeliveryStore {
  insert(tx: Transaction, delivery: Delivery): Promise<void>
  get(tx: Transaction, id: DeliveryId): Promise<Delivery | null>
  /** Newest first. */
  list(tx: Transaction, query: DeliveryQuery): Promise<readonly Delivery[]>
  /** Pending ones whose time has come, longest due first. */
  due(tx: Transaction, query: DueQuery): Promise<readonly Delivery[]>
  /**
   * Takes a due delivery for one attempt. After `untilMs` it is due again, in case its owner dies with it.
   *
   * @returns false when another hub was faster
   */
  claim(tx: Transaction, due: Delivery, owner: string, untilMs: number): Promise<boolean>
  /** Writes the outcome of an attempt, or a redelivery. */
  update(tx: Transaction, delivery: Delivery): Promise<void>
  /** Makes due what processes took that are no longer among the owners of the store. */
  releaseClaims(tx: Transaction, nowMs: number): Promise<void>
  /** Number of pending deliveries of a key. */
  pending(tx: Transaction, ownerKey: string): Promise<number>
  /** Ends the pending deliveries of a key to a URL that wants no more. */
  disable(tx: Transaction, ownerKey: string, url: string): Promise<void>
  isDisabled(tx: Transaction, ownerKey: string, url: string): Promise<boolean>
  /** The URL accepts events again. */
  enable(tx: Transaction, ownerKey: string, url: string): Promise<void>
  /** Deletes the log of a job. Pending deliveries stay. */
  forgetSettled(tx: Transaction, jobId: JobId): Promise<void>
  sweep(tx: Transaction, createdBeforeMs: number): Promise<void>
}
