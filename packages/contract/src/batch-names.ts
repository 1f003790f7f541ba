// The names of batches that readers use without a schema.
import { JOB_STATUSES } from './job-names.ts'

/** `canceling`: a caller asked for its end, and jobs still stop. */
export const BATCH_STATUSES = ['running', 'canceling', 'ended'] as const
export type BatchStatus = (typeof BATCH_STATUSES)[number]

/** `deleted`: the job is gone, by its retention time, the quota or a caller. */
export const BATCH_ITEM_STATUSES = [...JOB_STATUSES, 'deleted'] as const

export const BATCH_ID_PATTERN =
  /^batch_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
