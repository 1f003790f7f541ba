// The body of a retry: the changes to the request.
import { z } from 'zod'

export const retryJobRequestSchema = z
  .strictObject({
    seed: z
      .int()
      .min(0)
      .nullish()
      .describe('Seed of the new job. Default: the seed of the request, if it had one.'),
  })
  .meta({ id: 'RetryJobRequest' })

export type RetryJobRequest = z.input<typeof retryJobRequestSchema>
