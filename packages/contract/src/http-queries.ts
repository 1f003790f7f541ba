// What may stand behind the question mark of each route. Strict: a parameter that does not exist is refused with the one that
// was probably meant, because a misspelt `?wait=` would otherwise be ignored in silence.
import { z } from 'zod'

/** The longest a request is held open for a change. Proxies on the way cut silence after 60 s or more. */
export const WAIT_MAX_S = 60

const flag = z.stringbool()

export const noQuerySchema = z.strictObject({})

/** For what people open by links: who follows one is not to blame for what was hung on it. */
export const anyQuerySchema = z.looseObject({})

export const jobQuerySchema = z.strictObject({
  wait: z.coerce
    .number()
    .min(0)
    .max(WAIT_MAX_S)
    .optional()
    .describe('Seconds to wait for a change of the job, at most 60. See If-None-Match.'),
})

export const eventsQuerySchema = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Only events above this sequence number. The header Last-Event-ID wins over it.'),
})

export const videoQuerySchema = z.strictObject({
  download: flag.optional().describe('1: as an attachment, so that browsers save it.'),
  expires: z
    .string()
    .regex(/^\d{1,12}$/)
    .optional()
    .describe('Of a signed URL: seconds since 1970.'),
  signature: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('Of a signed URL: stands in for the API key.'),
})

export const simpleQuerySchema = z.strictObject({
  detach: flag.optional().describe('1: the job goes on when the caller hangs up.'),
})
