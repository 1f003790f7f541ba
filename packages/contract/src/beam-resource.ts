// Tasks and lists as the gateway of Beam sends them, with its members, spelling and states. Members that a hub cannot fill
// (containers, apps, deployments) are empty in the way in which Beam leaves them empty.
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
  filename: z.string().describe('Name of the output with the video.'),
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
    failure_reason: z.string().describe('Reason of a failure, else empty.'),
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
          expires_in: z.int().min(0).describe('Seconds for which the link is valid, at least.'),
        }),
      )
      .describe('The video, when the task has succeeded.'),
    result: z.union([video, failure]).nullable(),
    stats: z.strictObject({
      active_containers: z.int().min(0).describe('Number of running jobs.'),
      queue_depth: z.int().min(0).describe('Number of waiting jobs.'),
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
    next: z.string().describe('Cursor of the next page; empty on the last page.'),
  })
  .meta({ id: 'BeamTaskList' })

export const beamWorkspaceSchema = z
  .strictObject({ external_id: z.string(), name: z.string() })
  .meta({ id: 'BeamWorkspace' })

export const beamStoppedSchema = z
  .strictObject({
    ok: z.boolean(),
    errMsg: z.string().describe('Errors; empty when all tasks are stopped or stopping.'),
  })
  .meta({ id: 'BeamStopped' })

/** An empty object: done. */
export const beamDoneSchema = z.strictObject({}).meta({ id: 'BeamDone' })

const taskId = z.string().min(1).max(200)
const MAX_STOPPED = 100

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** `stub_ids` and `skip_details` are accepted and have no effect. */
export const beamListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(JOB_LIST_MAX).default(JOB_LIST_DEFAULT),
  cursor: z.string().max(200).optional(),
  status: z
    .string()
    .transform((text) => listOf(text.toUpperCase()))
    .pipe(z.array(z.enum(BEAM_TASK_STATUSES)).max(BEAM_TASK_STATUSES.length))
    .optional()
    .describe('States, separated by commas.'),
  stub_ids: z.string().max(2000).optional().describe('No effect: there is one queue.'),
  skip_details: z.string().max(10).optional().describe('No effect.'),
})

export const beamCancelQuerySchema = z.strictObject({
  task_ids: z
    .string()
    .max(MAX_STOPPED * 201)
    .transform(listOf)
    .pipe(z.array(taskId).min(1).max(MAX_STOPPED))
    .optional()
    .describe('Ids, separated by commas. They may also be in the body.'),
})

export const beamStopRequestSchema = z
  .strictObject({ task_ids: z.array(taskId).min(1).max(MAX_STOPPED) })
  .meta({ id: 'BeamStopRequest' })

/** Beam's client for JavaScript sends `ids`, which the gateway of Beam ignores. */
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
