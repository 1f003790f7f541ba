// The rest of the limits of a key in the present minute or day: the same facts as in the header RateLimit.
import { z } from 'zod'

const count = z.int().min(0)

export const allowancesSchema = z
  .array(
    z.strictObject({
      policy: z.enum(['requests', 'video-seconds']),
      limit: count,
      window_s: count,
      remaining: count,
      reset_s: count.describe('Seconds until the whole limit is there again.'),
    }),
  )
  .describe('What is left to the key of the request; empty without limits.')

export type AllowanceResource = z.output<typeof allowancesSchema>[number]
