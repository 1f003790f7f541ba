// What clients of Beam's gateway read: its task, its lists, its words for the states. The members are the gateway's, and so is
// their spelling; what a hub does not have (containers, apps, deployments) is empty in the way in which Beam leaves it empty.
import { z } from 'zod'
import { ERROR_CODES } from './error-codes.ts'
import { JOB_LIST_DEFAULT, JOB_LIST_MAX } from './job-names.ts'

export const BEAM_TASK_STATUSES = [
  'PENDING',
  'RUNNING',
  'RETRY',
  'COMPLETE',
  'ERROR',
  'TIMEOUT',
  'EXPIRED',
  'CANCELLED',
] as const
export type BeamTaskStatus = (typeof BEAM_TASK_STATUSES)[number]

const time = z.iso.datetime()

export const beamQueuedSchema = z.strictObject({ task_id: z.string() }).meta({ id: 'BeamQueued' })

const video = z.strictObject({
  status: z.literal('success'),
  filename: z.string().describe('The name of the output that is the video.'),
  size_bytes: z.int().min(1),
  duration_s: z.number().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  seed: z.int().min(0),
  warnings: z.array(z.string()),
})

const failure = z.strictObject({
  error: z.string().describe('One plain sentence.'),
  code: z.enum(ERROR_CODES),
  hint: z.string(),
  retryable: z.boolean(),
})

export const beamTaskSchema = z
  .strictObject({
    id: z.string(),
    external_id: z.string(),
    status: z.enum(BEAM_TASK_STATUSES),
    failure_reason: z.string().describe('Empty unless it failed.'),
    container_id: z.string(),
    created_at: time,
    started_at: time.nullable().describe('Start of the last attempt.'),
    ended_at: time.nullable(),
    updated_at: time,
    outputs: z
      .array(
        z.strictObject({
          name: z.string(),
          url: z.string(),
          expires_in: z.int().min(0).describe('Seconds for which the link is good, at least.'),
        }),
      )
      .describe('The video, when it is there.'),
    result: z.union([video, failure]).nullable(),
    stats: z.strictObject({
      active_containers: z.int().min(0).describe('Jobs that are being rendered.'),
      queue_depth: z.int().min(0).describe('Jobs that wait.'),
    }),
    stub: z.strictObject({
      id: z.string(),
      external_id: z.string(),
      name: z.string(),
      type: z.string(),
    }),
    app: z.null(),
    deployment: z.null(),
    workspace: z.strictObject({ external_id: z.string(), name: z.string() }),
  })
  .meta({ id: 'BeamTask', title: 'BeamTask' })

export const beamTaskListSchema = z
  .strictObject({
    data: z.array(beamTaskSchema),
    next: z.string().describe('The cursor of the next page; empty after the last.'),
  })
  .meta({ id: 'BeamTaskList' })

export const beamWorkspaceSchema = z
  .strictObject({ external_id: z.string(), name: z.string() })
  .meta({ id: 'BeamWorkspace' })

export const beamStoppedSchema = z
  .strictObject({
    ok: z.boolean(),
    errMsg: z.string().describe('Empty when all of them are, or are being, stopped.'),
  })
  .meta({ id: 'BeamStopped' })

/** Answers that say nothing but that it was done. */
export const beamDoneSchema = z.strictObject({}).meta({ id: 'BeamDone' })

const taskId = z.string().min(1).max(200)
const MAX_STOPPED = 100

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** Stubs are a hub's as little as details can be skipped: both are read and change nothing. */
export const beamListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(JOB_LIST_MAX).default(JOB_LIST_DEFAULT),
  cursor: z.string().max(200).optional(),
  status: z
    .string()
    .transform((text) => listOf(text.toUpperCase()))
    .pipe(z.array(z.enum(BEAM_TASK_STATUSES)).max(BEAM_TASK_STATUSES.length))
    .optional()
    .describe('One state or several, with commas between them.'),
  stub_ids: z.string().max(2000).optional().describe('Without effect: there is one queue.'),
  skip_details: z.string().max(10).optional().describe('Without effect.'),
})

export const beamCancelQuerySchema = z.strictObject({
  task_ids: z
    .string()
    .max(MAX_STOPPED * 201)
    .transform(listOf)
    .pipe(z.array(taskId).min(1).max(MAX_STOPPED))
    .optional()
    .describe('Ids with commas between them; or in the body.'),
})

export const beamStopRequestSchema = z
  .strictObject({ task_ids: z.array(taskId).min(1).max(MAX_STOPPED) })
  .meta({ id: 'BeamStopRequest' })

/** Beam's own client for JavaScript sends `ids`, which the gateway does not read. */
export const beamCancelRequestSchema = z
  .strictObject({
    task_ids: z.array(taskId).max(MAX_STOPPED).optional(),
    ids: z.array(taskId).max(MAX_STOPPED).optional(),
  })
  .meta({ id: 'BeamCancelRequest' })

export type BeamTask = z.output<typeof beamTaskSchema>
export type BeamTaskList = z.output<typeof beamTaskListSchema>
export type BeamWorkspace = z.output<typeof beamWorkspaceSchema>
export type BeamStopped = z.output<typeof beamStoppedSchema>
