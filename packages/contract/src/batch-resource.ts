// A batch as the API shows it: the progress of the whole, and its items with the causes of failures.
import { z } from 'zod'
import { BATCH_ID_PATTERN, BATCH_ITEM_STATUSES, BATCH_STATUSES } from './batch-names.ts'
import { JOB_ID_PATTERN, JOB_LIST_DEFAULT, JOB_LIST_MAX } from './job-names.ts'
import { jobErrorResourceSchema } from './job-resource.ts'

const time = z.iso.datetime()
const count = z.int().min(0)

const members = {
  id: z.string().regex(BATCH_ID_PATTERN),
  object: z.literal('batch'),
  name: z.string().nullable(),
  status: z.enum(BATCH_STATUSES).describe('ended: every job has ended; counts say how.'),
  counts: z.strictObject({
    total: count,
    queued: count,
    running: count,
    succeeded: count,
    failed: count,
    canceled: count,
    deleted: count.describe('Their jobs are gone: expired, or deleted by a caller.'),
  }),
  created_at: time,
  ended_at: time.nullable(),
  expires_at: time
    .nullable()
    .describe('Time at which the batch and its jobs are deleted; null until it has ended.'),
  cancel_requested_at: time.nullable(),
  urls: z.strictObject({ self: z.string(), cancel: z.string(), archive: z.string() }),
}

const batchItemSchema = z
  .strictObject({
    number: z.int().min(1).describe('Its place in the request.'),
    name: z.string().nullable(),
    file: z.string().describe('The name of its video in the archive.'),
    job_id: z.string().regex(JOB_ID_PATTERN),
    status: z.enum(BATCH_ITEM_STATUSES),
    progress: z.number().min(0).max(1),
    error: jobErrorResourceSchema.nullable(),
    urls: z.strictObject({
      job: z.string(),
      video: z.string().nullable().describe('null until the video is ready.'),
    }),
  })
  .meta({ id: 'BatchItem', title: 'BatchItem' })

const batchSummarySchema = z
  .strictObject(members)
  .meta({ id: 'BatchSummary', title: 'BatchSummary' })

export const batchResourceSchema = z
  .strictObject({
    ...members,
    progress: z.number().min(0).max(1).describe('Of the whole; an ended job counts as 1.'),
    eta_s: z
      .number()
      .min(0)
      .nullable()
      .describe('Seconds until its end at the pace so far; null before there is one.'),
    items: z.array(batchItemSchema),
  })
  .meta({ id: 'Batch', title: 'Batch' })

export const batchListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(JOB_LIST_MAX).default(JOB_LIST_DEFAULT),
  cursor: z.string().regex(BATCH_ID_PATTERN).optional(),
})

export const batchListSchema = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(batchSummarySchema),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'BatchList', title: 'BatchList' })

export type BatchResource = z.output<typeof batchResourceSchema>
export type BatchSummary = z.output<typeof batchSummarySchema>
export type BatchList = z.output<typeof batchListSchema>
