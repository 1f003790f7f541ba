// The one error body, everywhere: RFC 9457 problem details, with the simple API's member `error` among its extensions.
import { z } from 'zod'
import { ERROR_CODES } from './error-codes.ts'

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

export const problemSchema = z
  .object({
    type: z.string().describe('A name that stands for the code; it is not an address.'),
    title: z.string(),
    status: z.int(),
    code: z.enum(ERROR_CODES),
    detail: z.string().describe('One plain sentence that says what happened this time.'),
    hint: z.string().describe('What to do.'),
    retryable: z.boolean(),
    pointer: z.string().optional().describe('JSON pointer of the member that is at fault.'),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string(),
          code: z.enum(ERROR_CODES),
          message: z.string(),
        }),
      )
      .optional()
      .describe('Every problem of a request, when there are several places to correct.'),
    error: z.string().describe('The same as "detail".'),
    instance: z.string().optional().describe('The path that was asked for.'),
    request_id: z.string().optional(),
  })
  .meta({ id: 'Problem', title: 'Problem' })

export type Problem = z.output<typeof problemSchema>
