// The events of a job in order, as GET /v1/jobs/{id}/events streams them. Sequence numbers are per job, from 1, never repeated.
// When the job has finished, its progress events are deleted; the others stay until the job is deleted.
import { z } from 'zod'
import { JOB_ID_PATTERN } from './job-names.ts'
import {
  etaRangeSchema,
  jobErrorResourceSchema,
  stepResourceSchema,
  workflowNodeSchema,
} from './job-resource.ts'
import { memoryStepMembers } from './memory-step.ts'
import { STAGES } from './progress.ts'

export const JOB_EVENT_TYPES = [
  'queued',
  'started',
  'progress',
  'node',
  'memory',
  'requeued',
  'cancel_requested',
  'succeeded',
  'failed',
  'canceled',
] as const
export type JobEventType = (typeof JOB_EVENT_TYPES)[number]

/** The last event of a job is one of these. */
export const FINAL_EVENT_TYPES = ['succeeded', 'failed', 'canceled'] as const

/** Why a job went back to the queue. */
export const REQUEUE_REASONS = ['worker_lost', 'render_crashed', 'put_back'] as const
export type RequeueReason = (typeof REQUEUE_REASONS)[number]

/** Name of the last event of a stream, `event: done`. It is not an event of the job and has no sequence number. */
export const STREAM_END = 'done'

const common = {
  job_id: z.string().regex(JOB_ID_PATTERN),
  sequence: z.int().min(1),
  created_at: z.iso.datetime(),
  attempt: z.int().min(0),
}

export const jobEventResourceSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ ...common, type: z.literal('queued') }),
    z.strictObject({ ...common, type: z.literal('started'), engine: z.string() }),
    z.strictObject({
      ...common,
      type: z.literal('progress'),
      stage: z.enum(STAGES),
      progress: z.number().min(0).max(1),
      step: stepResourceSchema.nullable(),
      eta_s: z.number().min(0).nullable(),
      eta_range_s: etaRangeSchema,
    }),
    z.strictObject({
      ...common,
      type: z.literal('node'),
      node: workflowNodeSchema.describe(
        'A node of the workflow that has ended, if it took a second or more. The first 100 of an attempt.',
      ),
      duration_s: z.number().min(0),
    }),
    z.strictObject({ ...common, type: z.literal('memory'), ...memoryStepMembers }),
    z.strictObject({ ...common, type: z.literal('requeued'), reason: z.enum(REQUEUE_REASONS) }),
    z.strictObject({ ...common, type: z.literal('cancel_requested') }),
    z.strictObject({
      ...common,
      type: z.literal('succeeded'),
      video: z.strictObject({
        bytes: z.int().min(1),
        sha256: z.string(),
        duration_s: z.number().min(0),
      }),
    }),
    z.strictObject({ ...common, type: z.literal('failed'), error: jobErrorResourceSchema }),
    z.strictObject({ ...common, type: z.literal('canceled') }),
  ])
  .meta({ id: 'JobEvent', title: 'JobEvent' })

export type JobEventResource = z.output<typeof jobEventResourceSchema>

export function isFinalEvent(type: JobEventType): boolean {
  return (FINAL_EVENT_TYPES as readonly JobEventType[]).includes(type)
}
