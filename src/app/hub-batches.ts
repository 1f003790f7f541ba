// The batches of a hub as its transports see them.
import type { BatchRequest } from '@infinitetalk/contract'
import type { Batch } from '../domain/batch.ts'
import type { SummaryRow } from '../domain/batch-files.ts'
import type { Job } from '../domain/job.ts'
import type { OpenedVideo, SubmitOptions } from './hub-requests.ts'
import type { JobCounts } from './ports/job-store.ts'

/** A batch with the jobs that are still there, in the order of its items; null for those that are gone. */
export interface BatchView {
  readonly batch: Batch
  readonly jobs: readonly (Job | null)[]
  readonly nowMs: number
}

export interface BatchPage {
  readonly batches: readonly { readonly batch: Batch; readonly counts: JobCounts }[]
  /** Null after the last page. */
  readonly nextCursor: string | null
}

export interface ArchivedItem {
  readonly row: SummaryRow
  /** Null: the row says why. */
  readonly video: OpenedVideo | null
}

/** `ownerKey` null or absent: a batch of any key. */
export interface HubBatches {
  /**
   * Accepts all items or none: when this returns, the batch survives kill -9 and power loss.
   *
   * @throws AppError as `submit` of a job, with the number of the item
   */
  submit(
    request: BatchRequest,
    options: SubmitOptions,
  ): Promise<{ readonly view: BatchView; readonly replayed: boolean }>
  /** @throws AppError `batch_not_found` */
  get(id: string, ownerKey?: string | null): Promise<BatchView>
  /** Newest first. */
  list(query: {
    readonly ownerKey?: string | null
    readonly limit: number
    readonly cursor: string | null
  }): Promise<BatchPage>
  /** Cancels its jobs that have not ended; those that run end soon after. @throws AppError `batch_not_found` */
  cancel(id: string, ownerKey?: string | null): Promise<BatchView>
  /** Deletes the batch and its jobs. @throws AppError `batch_not_found`, `batch_not_ended` */
  delete(id: string, ownerKey?: string | null): Promise<void>
  /** Its videos and why the others are missing. @throws AppError `batch_not_found`, `batch_not_ended` */
  openArchive(
    id: string,
    ownerKey?: string | null,
  ): Promise<{ readonly batch: Batch; readonly items: readonly ArchivedItem[] }>
}
