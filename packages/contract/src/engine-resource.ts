// The engines of a hub: what each can do, and its measured speed.
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
          default: z.boolean().describe('true: used for requests that name no engine.'),
          only_previews: z
            .boolean()
            .describe('true: a stand-in that moves the picture without the model of InfiniteTalk.'),
          ready: z.boolean(),
          detail: z
            .string()
            .nullable()
            .describe('Why it is not ready, in one sentence; null when ready.'),
          input_types: z.array(z.enum(INPUT_TYPES)),
          max_speakers: z.int().min(1),
          options: z.array(z.string()).describe('Members of a request that the engine obeys.'),
          without_effect: z
            .array(z.string())
            .describe('Members of a request that the engine ignores.'),
          max_seconds: z
            .number()
            .nullable()
            .describe('Maximum seconds of audio; null: the limit of the hub.'),
          windowing: z
            .strictObject({ window_frames: z.int().min(1), motion_frames: z.int().min(1) })
            .nullable()
            .describe('Default windows; null: the engine renders frame by frame.'),
          presets: z
            .record(z.string(), z.record(z.string(), z.union([z.number(), z.string()])))
            .nullable()
            .describe(
              'What each preset stands for when it animates an image, by the members of a request; null: presets have no effect.',
            ),
          measured: z
            .array(
              z.strictObject({
                width: z.int().min(1),
                height: z.int().min(1),
                seconds_per_unit: z
                  .number()
                  .min(0)
                  .describe('Seconds per frame, or per sampling step of a window.'),
                renders: z.int().min(1),
              }),
            )
            .describe('Speed at each size, as measured on this hub.'),
        })
        .meta({ id: 'Engine' }),
    ),
  })
  .meta({ id: 'EngineList' })

export type EngineList = z.output<typeof engineListSchema>
export type EngineResource = EngineList['data'][number]
