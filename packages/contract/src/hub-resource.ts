// What a hub says of itself: its limits, and whether it is ready for work.
import { z } from 'zod'

export const limitsResourceSchema = z
  .strictObject({
    object: z.literal('limits'),
    limits: z
      .record(z.string(), z.number())
      .describe('By name; the unit is the last word of the name: bytes, pixels, seconds, ms.'),
  })
  .meta({ id: 'Limits' })

export const livenessResourceSchema = z
  .strictObject({ status: z.literal('alive'), version: z.string() })
  .meta({ id: 'Liveness' })

const part = {
  ready: z.boolean(),
  detail: z.string().nullable().describe('One sentence; null when all is well.'),
}

export const readinessResourceSchema = z
  .strictObject({
    status: z.enum(['ready', 'not_ready']),
    stopping: z.boolean(),
    engines: z.array(z.strictObject({ name: z.string(), ...part })),
    store: z.strictObject(part),
    disk: z.strictObject({
      ready: z.boolean(),
      free_bytes: z.number().min(0),
      reserve_bytes: z.number().min(0),
    }),
  })
  .meta({ id: 'Readiness' })

export type LimitsResource = z.output<typeof limitsResourceSchema>
export type LivenessResource = z.output<typeof livenessResourceSchema>
export type ReadinessResource = z.output<typeof readinessResourceSchema>
