// The answer of POST /v1/estimate: what a request would cost, before any work is done.
import { z } from 'zod'

export const estimateResourceSchema = z
  .strictObject({
    object: z.literal('estimate'),
    engine: z.string(),
    frames: z.int().min(1).nullable().describe('null when the audio is behind a URL.'),
    windows: z.int().min(0).nullable().describe('0 for an engine that renders frame by frame.'),
    surplus_frames: z.int().min(0).nullable().describe('Rendered beyond the ones needed.'),
    duration_s: z.number().min(0).nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    seconds: z
      .number()
      .min(0)
      .nullable()
      .describe('Time to render, measured on this hub; null when nothing was measured yet.'),
    cost: z
      .strictObject({
        amount: z.number().min(0).describe('In units of the currency.'),
        currency: z.string().regex(/^[A-Z]{3}$/),
      })
      .nullable()
      .describe('Of these seconds; null when this hub was told no price, or the seconds are null.'),
    queue_s: z.number().min(0).nullable().describe('Time until the work would begin.'),
    saves: z.array(z.string()).describe('Sentences that say how to spend less.'),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Estimate', title: 'Estimate' })

export type EstimateResource = z.output<typeof estimateResourceSchema>
