// The one error body, everywhere: RFC 9457 problem details, with the simple API's member `error` among its extensions.
import { z } from 'zod'
import { ERROR_CODES } from './error-codes.ts'

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

export const problemSchema = z
  .object({
    type: z.string().describe('URN of the code; not an address.'),
    title: z.string(),
    status: z.int(),
    code: z.enum(ERROR_CODES),
    detail: z.string().describe('One plain sentence that says what happened.'),
    hint: z.string().describe('What to do.'),
    retryable: z.boolean(),
    pointer: z.string().optional().describe('JSON pointer to the wrong member.'),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string(),
          code: z.enum(ERROR_CODES),
          message: z.string(),
        }),
      )
      .optional()
      .describe('All problems of a request.'),
    error: z.string().describe('Same as "detail".'),
    instance: z.string().optional().describe('Path of the request.'),
    request_id: z.string().optional(),
  })
  .meta({ id: 'Problem', title: 'Problem' })

export type Problem = z.output<typeof problemSchema>
