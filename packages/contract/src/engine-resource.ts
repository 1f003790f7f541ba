// The engines of a hub and what each can do: which choices a person can be offered, and how fast the hub has measured it.
import { z } from 'zod'
import { INPUT_TYPES } from './generation-spec.ts'

export const engineListSchema = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(
      z
        .strictObject({
          object: z.literal('engine'),
          name: z.string().describe('What a request names as "engine".'),
          default: z.boolean().describe('It is taken when a request names none.'),
          ready: z.boolean(),
          detail: z.string().nullable().describe('One sentence; null when all is well.'),
          input_types: z.array(z.enum(INPUT_TYPES)),
          max_speakers: z.int().min(1),
          options: z.array(z.string()).describe('Members of a request that it obeys.'),
          without_effect: z.array(z.string()).describe('Members that it takes and ignores.'),
          max_seconds: z.number().nullable().describe('null: the limit of the hub.'),
          windowing: z
            .strictObject({ window_frames: z.int().min(1), motion_frames: z.int().min(1) })
            .nullable()
            .describe('How it cuts a voice when nothing else is asked for; null: frame by frame.'),
          measured: z
            .array(
              z.strictObject({
                width: z.int().min(1),
                height: z.int().min(1),
                seconds_per_unit: z
                  .number()
                  .min(0)
                  .describe('Of a frame, or of a sampling step of a window.'),
                renders: z.int().min(1),
              }),
            )
            .describe('Its speed at each size, as measured on this hub.'),
        })
        .meta({ id: 'Engine' }),
    ),
  })
  .meta({ id: 'EngineList' })

export type EngineList = z.output<typeof engineListSchema>
export type EngineResource = EngineList['data'][number]
