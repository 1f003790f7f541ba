// The query parameters of each route. An unknown parameter is rejected with the name that was probably meant, because a
// misspelt `?wait=` would otherwise be ignored in silence.
import { z } from 'zod'

/** Maximum time to hold a request open. Proxies cut silent connections after 60 s or more. */
export const WAIT_MAX_S = 60

const flag = z.stringbool()

export const noQuerySchema = z.strictObject({})

/** For pages: links from elsewhere may carry parameters of their own. */
export const anyQuerySchema = z.looseObject({})

export const jobQuerySchema = z.strictObject({
  wait: z.coerce
    .number()
    .min(0)
    .max(WAIT_MAX_S)
    .optional()
    .describe('Seconds to wait for a change of the job, at most 60. See the header If-None-Match.'),
})

export const eventsQuerySchema = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe(
      'Sequence number after which the stream starts. The header Last-Event-ID overrides it.',
    ),
})

export const linkQuerySchema = z.strictObject({
  expires: z
    .string()
    .regex(/^\d{1,12}$/)
    .optional()
    .describe('Expiry of a signed URL, in seconds since 1970.'),
  signature: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('Signature of a signed URL, in place of the API key.'),
})

export const videoQuerySchema = z.strictObject({
  download: flag.optional().describe('1 sends the video as an attachment, which browsers save.'),
  ...linkQuerySchema.shape,
})

export const simpleQuerySchema = z.strictObject({
  detach: flag.optional().describe('1 lets the job continue when the caller hangs up.'),
})
