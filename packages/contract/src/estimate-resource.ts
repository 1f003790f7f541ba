// The answer of POST /v1/estimate: the time and price of a request.
import { z } from 'zod'
import { allowancesSchema } from './allowance-resource.ts'

export const estimateResourceSchema = z
  .strictObject({
    object: z.literal('estimate'),
    engine: z.string(),
    frames: z
      .int()
      .min(1)
      .nullable()
      .describe('Number of frames; null when the audio is behind a URL.'),
    windows: z
      .int()
      .min(0)
      .nullable()
      .describe('Number of windows; 0 for an engine that renders frame by frame.'),
    pieces: z
      .int()
      .min(2)
      .optional()
      .describe('Number of pieces that several ComfyUIs render at the same time; absent for one.'),
    surplus_frames: z
      .int()
      .min(0)
      .nullable()
      .describe('Number of rendered frames beyond the needed ones.'),
    duration_s: z.number().min(0).nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    seconds: z
      .number()
      .min(0)
      .nullable()
      .describe('Estimated seconds of rendering; null before the first measurement on this hub.'),
    cost: z
      .strictObject({
        amount: z.number().min(0).describe('Price in units of the currency.'),
        currency: z.string().regex(/^[A-Z]{3}$/),
      })
      .nullable()
      .describe(
        'Price of these seconds; null when the hub has no price set or the seconds are null.',
      ),
    queue_s: z.number().min(0).nullable().describe('Estimated seconds in the queue.'),
    saves: z.array(z.string()).describe('Ways to save time, one sentence each.'),
    allowances: allowancesSchema.optional(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Estimate', title: 'Estimate' })

export type EstimateResource = z.output<typeof estimateResourceSchema>
