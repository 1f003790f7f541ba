// The problems of a request: all at once, each with its place in the body.
import type { ErrorCode } from './error-codes.ts'

/** Codes with which a request is rejected before anything is opened, fetched or decoded. */
export type RequestProblemCode = Extract<
  ErrorCode,
  | 'invalid_request'
  | 'unknown_field'
  | 'input_missing'
  | 'input_ambiguous'
  | 'input_empty'
  | 'input_too_large'
  | 'base64_invalid'
>

export interface RequestProblem {
  /** JSON pointer (RFC 6901) into the body as sent, e.g. `/audio/0/url`; empty for the whole body. */
  readonly pointer: string
  readonly code: RequestProblemCode
  /** One plain sentence. */
  readonly message: string
}

export type PointerPath = readonly (string | number)[]

export function toPointer(path: PointerPath): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
