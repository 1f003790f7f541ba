// What clients of RunPod's serverless endpoints send and read: the envelope around a request, and a job in their words. The
// members and their spelling are RunPod's; times are milliseconds, as there.
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
/** As long as RunPod waits at most, and when nothing is said. */
const WAIT_MAX_MS = 300_000
const WAIT_DEFAULT_MS = 90_000

export const runpodPolicySchema = z
  .strictObject({
    ttl: z
      .int()
      .min(10_000)
      .max(WEEK_MS)
      .nullish()
      .describe('Milliseconds from now after which the job has ended in any case: deadline_s.'),
    lowPriority: z.boolean().nullish().describe('true: priority "low".'),
    executionTimeout: z
      .int()
      .min(5000)
      .max(WEEK_MS)
      .nullish()
      .describe('Without effect: how long a render may take is a limit of the hub.'),
  })
  .meta({ id: 'RunpodPolicy' })

/** What is inside `input` is for the request's own schema to say. */
export const runpodEnvelopeSchema = z.strictObject({
  input: z.unknown(),
  policy: runpodPolicySchema.nullish(),
  network_volume: z.unknown().optional(),
  webhook: z.unknown().optional(),
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
  video_path: z.string().optional().describe('On the network volume that was asked for.'),
  video: z
    .string()
    .optional()
    .meta({ description: 'The MP4, when it is no larger than 15 MB.', contentEncoding: 'base64' }),
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
    executionTime: z.int().min(0).optional().describe('Milliseconds of the last attempt.'),
    workerId: z.string().optional().describe('The engine; not there before the first start.'),
    error: z.string().optional(),
    output: z.union([video, failure]).optional(),
  })
  .meta({ id: 'RunpodJob', title: 'RunpodJob' })

export const runpodStreamSchema = z
  .strictObject({
    status: z.enum(RUNPOD_STATUSES),
    stream: z.array(z.strictObject({ output: video })).describe('The video, at the end.'),
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
      .describe('Of those that are kept.'),
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
    .describe('Milliseconds to wait for the end.'),
})

export const runpodStatusQuerySchema = z.strictObject({
  ttl: z.coerce.number().int().min(0).optional().describe('Without effect.'),
})

export type RunpodJob = z.output<typeof runpodJobSchema>
export type RunpodStream = z.output<typeof runpodStreamSchema>
export type RunpodHealth = z.output<typeof runpodHealthSchema>
export type RunpodPurged = z.output<typeof runpodPurgedSchema>
