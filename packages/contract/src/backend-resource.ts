// The machines that render for the engines of a hub, as this hub knows them: what each says of itself, and its record of jobs.
import { z } from 'zod'
import { ERROR_CODES } from './error-codes.ts'

/** `proving`: it failed its last job, and the next one decides. `left_out`: it gets no job until then. */
export const BACKEND_STATES = ['ready', 'busy', 'proving', 'left_out', 'unavailable'] as const

export type BackendState = (typeof BACKEND_STATES)[number]

const time = z.iso.datetime()
const count = z.int().min(0)
const bytes = z.number().min(0).nullable()

export const backendListSchema = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(
      z
        .strictObject({
          object: z.literal('backend'),
          engine: z.string().describe('The engine that it renders for.'),
          name: z.string().describe('Its address without credentials, or its folder and GPU.'),
          state: z
            .enum(BACKEND_STATES)
            .describe(
              'proving: it failed its last job, and the next one decides. left_out: it failed and gets no job until left_out_until. unavailable: it cannot work now; "detail" says why.',
            ),
          detail: z
            .string()
            .nullable()
            .describe('Why it is left out, proving or unavailable, in one sentence; else null.'),
          left_out_until: time.nullable(),
          job: z
            .strictObject({
              id: z.string().nullable().describe('null for the job of another API key.'),
              since: time,
            })
            .nullable()
            .describe('What it renders now; null when it renders nothing for this hub.'),
          jobs: count.describe('Jobs that it rendered well since the hub started.'),
          failures: count.describe('Jobs that it failed since the hub started.'),
          consecutive_failures: count.describe('Jobs that it failed since its last success.'),
          last_success_at: time.nullable(),
          last_failure: z
            .strictObject({ at: time, code: z.enum(ERROR_CODES), message: z.string() })
            .nullable(),
          workflow: z
            .string()
            .nullable()
            .describe(
              'Workflow of its last job: its models are likely still loaded, so jobs with the same workflow go there first.',
            ),
          version: z.string().nullable().describe('Version of ComfyUI; null when unknown.'),
          gpu: z
            .strictObject({
              name: z.string(),
              vram_total_bytes: bytes,
              vram_free_bytes: bytes,
            })
            .nullable()
            .describe('null while it does not answer, or is not started yet.'),
        })
        .meta({ id: 'Backend' }),
    ),
  })
  .meta({ id: 'BackendList' })

export type BackendList = z.output<typeof backendListSchema>
export type BackendResource = BackendList['data'][number]
