// The body of a retry: what is to be different this time.
import { z } from 'zod'

export const retryJobRequestSchema = z
  .strictObject({
    seed: z.int().min(0).nullish().describe('Default: that of the request, if it had one.'),
  })
  .meta({ id: 'RetryJobRequest' })

export type RetryJobRequest = z.input<typeof retryJobRequestSchema>
