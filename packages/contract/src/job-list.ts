// One page of jobs, newest first. The cursor is opaque. It marks a place in the list, so no job is skipped or repeated while
// new jobs arrive.
import { z } from 'zod'
import { JOB_LIST_DEFAULT, JOB_LIST_MAX, JOB_STATUSES } from './job-names.ts'
import { jobResourceSchema } from './job-resource.ts'

export const jobListQuerySchema = z.strictObject({
  status: z.enum(JOB_STATUSES).optional(),
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Only jobs with this text in a prompt, in a value of their metadata or in their id. Only so many jobs are looked at ' +
        'for a page: it may hold fewer than asked for, and the next one goes on.',
    ),
  limit: z.coerce.number().int().min(1).max(JOB_LIST_MAX).default(JOB_LIST_DEFAULT),
  cursor: z.string().max(200).optional(),
})

export const jobListSchema = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(jobResourceSchema),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'JobList', title: 'JobList' })

export type JobListQuery = z.output<typeof jobListQuerySchema>
export type JobList = z.output<typeof jobListSchema>
