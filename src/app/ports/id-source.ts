// Generates ids, tokens and seeds; tests replace it.
import type { BatchId, DeliveryId, FileId, JobId } from '../../domain/ids.ts'

export interface IdSource {
  newJobId(): JobId
  newBatchId(): BatchId
  newFileId(): FileId
  newDeliveryId(): DeliveryId
  /** Cannot be guessed: names leases, workers and reservations. */
  newToken(): string
  /** 256 random bits as hex: a key. */
  newSecret(): string
  /** 0..2^32-1. */
  newSeed(): number
}
