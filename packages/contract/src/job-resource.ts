// The job as the API shows it. Times are ISO 8601 in UTC, durations are seconds. The input holds facts about its media, never
// their bytes.
import { z } from 'zod'
import { ERROR_CODES } from './error-codes.ts'
import { PRIORITIES } from './generation-spec.ts'
import { JOB_ID_PATTERN, JOB_STATUSES, STEP_UNITS } from './job-names.ts'
import { memoryStepSchema } from './memory-step.ts'
import { STAGES } from './progress.ts'

const time = z.iso.datetime()
const seconds = z.number().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const etaRangeSchema = z
  .tuple([seconds, seconds])
  .nullable()
  .describe('Where measurements differ: seconds until the end, at least and at most. Else null.')

export const stepResourceSchema = z.strictObject({
  done: z.number().min(0),
  total: z.number().min(0).describe('Total count; 0 when unknown.'),
  unit: z.enum(STEP_UNITS),
  window: z.int().min(1).optional().describe('Number of the current window, from 1.'),
  windows: z.int().min(1).optional().describe('Number of windows of the video.'),
})

/** A node of a ComfyUI workflow. */
export const workflowNodeSchema = z.strictObject({ id: z.string(), type: z.string() })

export const jobErrorResourceSchema = z.strictObject({
  code: z.enum(ERROR_CODES),
  message: z.string().describe('One plain sentence.'),
  hint: z.string().describe('What to do.'),
  retryable: z.boolean().describe('Whether the same request may succeed later without a change.'),
  pointer: z.string().optional().describe('JSON pointer to the wrong member of the request.'),
  node: workflowNodeSchema.optional().describe('The node of the workflow that failed.'),
})

/** One source of the input, without its bytes. */
export const sourceResourceSchema = z
  .strictObject({
    url: z.string().optional(),
    file_id: z.string().optional(),
    path: z.string().optional().describe('Path as given in the request.'),
    sha256: sha256.optional(),
    bytes: z.int().min(0).optional(),
    type: z.string().nullable().optional().describe('Media type as sent.'),
  })
  .describe('Origin of a medium, with the hash and size of its bytes.')

export const videoResourceSchema = z.strictObject({
  url: z.string(),
  bytes: z.int().min(1),
  sha256,
  width: z.int().min(1),
  height: z.int().min(1),
  fps: z.number().positive(),
  frames: z.int().min(1),
  duration_s: seconds,
  content_type: z.literal('video/mp4'),
  expires_at: time.nullable(),
})

export const jobOutputResourceSchema = z.strictObject({
  video: videoResourceSchema,
  engine: z.string(),
  seed: z.int().min(0),
  warnings: z.array(z.string()).describe('Warnings for the user, one sentence each.'),
  reused_from: z
    .string()
    .regex(JOB_ID_PATTERN)
    .optional()
    .describe('The job that rendered the video, which this one reuses.'),
  windows: z
    .strictObject({
      needed: z.int().min(1),
      rendered: z
        .int()
        .min(0)
        .describe('Rendered in all, those that were lost and rendered again included.'),
      kept: z.int().min(1).optional().describe('Of a retake: taken from the earlier job.'),
      pieces: z
        .int()
        .min(2)
        .optional()
        .describe('Number of pieces that were rendered separately; absent for one.'),
    })
    .optional()
    .describe('Of a render window by window.'),
  memory_ladder: z
    .array(memoryStepSchema)
    .optional()
    .describe('Steps that were taken because memory ran out, in order; absent when it did not.'),
})

export const jobTimingsResourceSchema = z.strictObject({
  queued_s: seconds.describe('Seconds from acceptance to the first start, or until now.'),
  running_s: seconds.nullable().describe('Seconds from the start of the last attempt to its end.'),
  total_s: seconds.nullable().describe('Seconds from acceptance to the end.'),
  stages: z.record(z.string(), seconds).describe('Seconds in each stage of the last attempt.'),
})

export const jobUrlsResourceSchema = z.strictObject({
  self: z.string(),
  events: z.string(),
  cancel: z.string(),
  retry: z.string(),
  retake: z.string(),
  video: z.string(),
  stream: z
    .string()
    .describe('Playlist (HLS) of the video while it grows, for an engine that renders by windows.'),
})

export const jobResourceSchema = z
  .strictObject({
    id: z.string().regex(JOB_ID_PATTERN),
    object: z.literal('job'),
    status: z.enum(JOB_STATUSES),
    stage: z.enum(STAGES).nullable().describe('Current stage; null unless the job is running.'),
    progress: z.number().min(0).max(1),
    step: stepResourceSchema.nullable().describe('Progress of the stage, in its own unit.'),
    queue_position: z
      .int()
      .min(1)
      .nullable()
      .describe('Position in the queue: 1 is next. null unless the job is queued.'),
    waiting_reason: z
      .string()
      .nullable()
      .describe(
        'Why no worker takes the job now, in one sentence. null while one will, and unless the job is queued.',
      ),
    eta_s: seconds.nullable().describe('Estimated seconds until the end; null when unknown.'),
    eta_range_s: etaRangeSchema,
    priority: z.enum(PRIORITIES),
    created_at: time,
    started_at: time.nullable().describe('Start of the last attempt.'),
    finished_at: time.nullable(),
    expires_at: time.nullable().describe('Time at which the job and its files are deleted.'),
    cancel_requested_at: time.nullable(),
    attempt: z
      .int()
      .min(0)
      .describe('Number of starts: 0 before the first; a lost worker adds one.'),
    input: z
      .record(z.string(), z.unknown())
      .describe('The request with all defaults, and facts in place of its media.'),
    output: jobOutputResourceSchema.nullable(),
    error: jobErrorResourceSchema.nullable(),
    timings: jobTimingsResourceSchema,
    metadata: z.record(z.string(), z.string()),
    retry_of: z.string().regex(JOB_ID_PATTERN).nullable(),
    urls: jobUrlsResourceSchema,
  })
  .meta({ id: 'Job', title: 'Job' })

export type StepResource = z.output<typeof stepResourceSchema>
export type JobErrorResource = z.output<typeof jobErrorResourceSchema>
export type SourceResource = z.output<typeof sourceResourceSchema>
export type VideoResource = z.output<typeof videoResourceSchema>
export type JobOutputResource = z.output<typeof jobOutputResourceSchema>
export type JobTimingsResource = z.output<typeof jobTimingsResourceSchema>
export type JobResource = z.output<typeof jobResourceSchema>
