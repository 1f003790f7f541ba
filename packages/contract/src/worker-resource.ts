// The processes that render for the hubs of one shared database, as they report themselves.
import { z } from 'zod'

const count = z.int().min(0)

const readiness = z.strictObject({
  name: z.string(),
  ready: z.boolean(),
  detail: z.string().nullable().describe('Why it is not ready, in one sentence; null when ready.'),
})

export const workerListSchema = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(
      z
        .strictObject({
          object: z.literal('worker'),
          name: z
            .string()
            .describe('Its host and process. `infinitetalk worker --drain NAME` takes either.'),
          version: z.string(),
          engines: z.array(
            readiness.extend({
              workflows: z
                .array(readiness)
                .nullable()
                .describe(
                  'Ready are those whose nodes and models it has, as last seen. null: it takes every job of the engine.',
                ),
            }),
          ),
          gpus: z.array(z.string()).describe('Names of its GPUs, as far as they are known.'),
          running: count.describe('Jobs that it renders now.'),
          max_running: count,
          draining: z.boolean().describe('true: it finishes its jobs, takes no more, and stops.'),
          started_at: z.iso.datetime(),
        })
        .meta({ id: 'Worker' }),
    ),
  })
  .meta({ id: 'WorkerList' })

export type WorkerList = z.output<typeof workerListSchema>
export type WorkerResource = WorkerList['data'][number]
