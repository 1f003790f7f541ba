// The envelope around a request and the job as serverless endpoints of RunPod have them, with RunPod's members and spelling.
// Times are milliseconds, as on RunPod.
import { z } from 'zod'
import { ERROR_CODES } from './error-codes.ts'

export const RUNPOD_STATUSES = [
  'IN_QUEUE',
  'IN_PROGRESS',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TIMED_OUT',
] as const
export type RunpodStatus = (typeof RUNPOD_STATUSES)[number]

const WEEK_MS = 7 * 24 * 3_600_000
/** Maximum and default wait of RunPod. */
const WAIT_MAX_MS = 300_000
const WAIT_DEFAULT_MS = 90_000

export const runpodPolicySchema = z
  .strictObject({
    ttl: z
      .int()
      .min(10_000)
      .max(WEEK_MS)
      .nullish()
      .describe('Milliseconds from now within which the job must finish. Same as deadline_s.'),
    lowPriority: z.boolean().nullish().describe('true sets priority "low".'),
    executionTimeout: z
      .int()
      .min(5000)
      .max(WEEK_MS)
      .nullish()
      .describe('No effect: INFINITETALK_LIMIT_JOB_TIMEOUT_MS bounds the time of a render.'),
  })
  .meta({ id: 'RunpodPolicy' })

/** The schema of the request checks `input`. */
export const runpodEnvelopeSchema = z.strictObject({
  input: z.unknown(),
  policy: runpodPolicySchema.nullish(),
  network_volume: z.unknown().optional(),
  webhook: z
    .string()
    .nullish()
    .describe('URL to which the job is sent, as GET /status shows it, when it has ended.'),
  webhookV2: z.unknown().optional(),
  s3Config: z.unknown().optional(),
})

const video = z.strictObject({
  video_url: z.string(),
  filename: z.string(),
  size_bytes: z.int().min(1),
  duration_s: z.number().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  seed: z.int().min(0),
  warnings: z.array(z.string()),
  video_path: z
    .string()
    .optional()
    .describe('Path of the video on the network volume, with network_volume.'),
  video: z
    .string()
    .optional()
    .meta({ description: 'The MP4, unless it is larger than 15 MB.', contentEncoding: 'base64' }),
})

const failure = z.strictObject({
  error: z.string().describe('One plain sentence.'),
  code: z.enum(ERROR_CODES),
  hint: z.string(),
  retryable: z.boolean(),
})

export const runpodJobSchema = z
  .strictObject({
    id: z.string(),
    status: z.enum(RUNPOD_STATUSES),
    delayTime: z.int().min(0).optional().describe('Milliseconds in the queue.'),
    executionTime: z
      .int()
      .min(0)
      .optional()
      .describe('Duration of the last attempt in milliseconds.'),
    workerId: z.string().optional().describe('Name of the engine; absent before the first start.'),
    error: z.string().optional(),
    output: z.union([video, failure]).optional(),
  })
  .meta({ id: 'RunpodJob', title: 'RunpodJob' })

export const runpodStreamSchema = z
  .strictObject({
    status: z.enum(RUNPOD_STATUSES),
    stream: z
      .array(z.strictObject({ output: video }))
      .describe('The video, when the job has succeeded.'),
    error: z.string().optional(),
  })
  .meta({ id: 'RunpodStream' })

const count = z.int().min(0)

export const runpodHealthSchema = z
  .strictObject({
    jobs: z
      .strictObject({
        completed: count,
        failed: count,
        inProgress: count,
        inQueue: count,
        retried: count,
      })
      .describe('Numbers of jobs, without deleted ones.'),
    workers: z.strictObject({
      idle: count,
      initializing: count,
      ready: count,
      running: count,
      throttled: count,
      unhealthy: count,
    }),
  })
  .meta({ id: 'RunpodHealth' })

export const runpodPurgedSchema = z
  .strictObject({ removed: count, status: z.literal('completed') })
  .meta({ id: 'RunpodPurged' })

export const runpodWaitQuerySchema = z.strictObject({
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(WAIT_MAX_MS)
    .default(WAIT_DEFAULT_MS)
    .describe('Milliseconds to wait for the end of the job.'),
})

export const runpodStatusQuerySchema = z.strictObject({
  ttl: z.coerce.number().int().min(0).optional().describe('No effect.'),
})

export type RunpodJob = z.output<typeof runpodJobSchema>
export type RunpodStream = z.output<typeof runpodStreamSchema>
export type RunpodHealth = z.output<typeof runpodHealthSchema>
export type RunpodPurged = z.output<typeof runpodPurgedSchema>
