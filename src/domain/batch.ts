// A batch: jobs that were submitted together. Its row names them in order; how they are is in their own rows.
import type { BatchStatus } from '@infinitetalk/contract'
import type { BatchId, JobId } from './ids.ts'

export interface BatchItem {
  readonly name: string | null
  readonly jobId: JobId
}

export interface Batch {
  readonly id: BatchId
  readonly ownerKey: string
  readonly name: string | null
  readonly items: readonly BatchItem[]
  readonly createdAtMs: number
  readonly cancelRequestedAtMs: number | null
  /** The end of its last job. */
  readonly endedAtMs: number | null
  /** Null until it has ended. */
  readonly expiresAtMs: number | null
}

export function batchStatusOf({ endedAtMs, cancelRequestedAtMs }: Batch): BatchStatus {
  if (endedAtMs !== null) return 'ended'
  return cancelRequestedAtMs === null ? 'running' : 'canceling'
}
