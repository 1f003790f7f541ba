// The pull of model files by the hub: the request that starts it, and its progress.
import { z } from 'zod'

const NAME_MAX_CHARS = 100
const NAMES_MAX = 64

const names = z.array(z.string().min(1).max(NAME_MAX_CHARS)).min(1).max(NAMES_MAX)

export const modelPullRequestSchema = z
  .strictObject({
    sets: names
      .nullish()
      .describe('Sets of models, as GET /v1/models names them. Default: "single".'),
    models: names.nullish().describe('Names of models; then "sets" have no effect.'),
  })
  .meta({ id: 'ModelPullRequest' })

export const MODEL_PULL_STATUSES = [
  'idle',
  'running',
  'canceling',
  'succeeded',
  'failed',
  'canceled',
] as const

export const modelPullResourceSchema = z
  .strictObject({
    object: z.literal('model_pull'),
    status: z
      .enum(MODEL_PULL_STATUSES)
      .describe('idle: this hub has pulled nothing since its start.'),
    models: z.array(z.string()).describe('The chosen models.'),
    done_bytes: z.int().min(0).describe('Bytes that this pull has received.'),
    total_bytes: z.int().min(0).describe('Bytes that it has to receive; 0 until that is known.'),
    bytes_per_second: z.number().min(0).nullable(),
    eta_s: z.number().min(0).nullable(),
    files: z
      .array(
        z
          .strictObject({
            model: z.string(),
            stage: z.enum(['looking_up', 'downloading', 'verifying']),
            done_bytes: z.int().min(0),
            total_bytes: z.int().min(0),
            waiting: z
              .string()
              .nullable()
              .describe('Reason of a wait, after which it resumes by itself.'),
          })
          .meta({ id: 'ModelPullFile' }),
      )
      .describe('The files that are under way.'),
    pulled: z.array(z.string()).describe('Models that this pull has brought.'),
    failures: z.array(z.strictObject({ model: z.string(), detail: z.string() })),
    error: z
      .strictObject({ code: z.string(), message: z.string(), hint: z.string() })
      .nullable()
      .describe('Reason of the failure.'),
    started_at: z.iso.datetime().nullable(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ModelPull' })

export type ModelPullRequest = z.input<typeof modelPullRequestSchema>
export type ModelPullResource = z.output<typeof modelPullResourceSchema>
