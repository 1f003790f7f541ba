// The answers of the simple API. Existing clients rely on these members, so they are never renamed.
import { z } from 'zod'
import { ERROR_CODES } from './error-codes.ts'
import { JOB_STATUSES } from './job-names.ts'
import { STAGES } from './progress.ts'

export const simpleVideoSchema = z
  .strictObject({
    video: z.string().meta({ description: 'The MP4.', contentEncoding: 'base64' }),
  })
  .meta({ id: 'SimpleVideo' })

export const simpleTaskSchema = z
  .strictObject({
    status: z.literal('queued'),
    task_id: z.string(),
    status_url: z.string(),
  })
  .meta({ id: 'SimpleTask' })

const waiting = z.strictObject({
  status: z.enum(JOB_STATUSES).extract(['queued', 'running']),
  task_id: z.string(),
  stage: z.enum(STAGES).nullable(),
  progress: z.number().min(0).max(1),
  queue_position: z.int().min(1).nullable(),
  eta_s: z.number().min(0).nullable(),
})

const success = z.strictObject({
  status: z.literal('success'),
  message: z.string(),
  task_id: z.string(),
  video_url: z.string(),
  filename: z.string(),
  size_bytes: z.int().min(1),
  duration_s: z.number().min(0),
})

const failure = z.strictObject({
  status: z.enum(['error', 'canceled']),
  task_id: z.string(),
  error: z.string().describe('One plain sentence.'),
  code: z.enum(ERROR_CODES),
  hint: z.string(),
  retryable: z.boolean(),
})

export const simpleTaskStatusSchema = z
  .discriminatedUnion('status', [waiting, success, failure])
  .meta({ id: 'SimpleTaskStatus' })

export type SimpleTask = z.output<typeof simpleTaskSchema>
export type SimpleTaskStatus = z.output<typeof simpleTaskStatusSchema>
