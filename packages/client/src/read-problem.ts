// An answer that is no success, as an error: by its status, with the hub's own words when it sent any. A proxy's HTML page is
// not quoted: it says nothing about the request.
import type { Problem } from '@infinitetalk/contract'
import {
  ApiError,
  type ApiErrorFacts,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  RateLimitError,
  ServerError,
  UnprocessableEntityError,
} from './errors.ts'
import { readRetryAfterMs } from './retry-policy.ts'

type ApiErrorClass = new (message: string, facts: ApiErrorFacts) => ApiError

const CLASS_BY_STATUS: ReadonlyMap<number, ApiErrorClass> = new Map<number, ApiErrorClass>([
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, AuthenticationError],
  [404, NotFoundError],
  [409, ConflictError],
  [410, NotFoundError],
  [413, UnprocessableEntityError],
  [415, UnprocessableEntityError],
  [422, UnprocessableEntityError],
  [429, RateLimitError],
])

/** Without the hub's word on it: what passes by itself. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

export function toApiError(response: Response, body: string, nowMs: number): ApiError {
  const { status, headers } = response
  const problem = parseProblem(body)
  const message = problem?.detail ?? `The server answered ${status} without saying why.`
  const facts: ApiErrorFacts = {
    status,
    code: problem?.code ?? null,
    requestId: headers.get('x-request-id') ?? problem?.request_id ?? null,
    retryable: problem?.retryable ?? PASSING_STATUSES.has(status),
    problem,
    retryAfterMs: readRetryAfterMs(headers.get('retry-after'), nowMs),
  }
  const Class = CLASS_BY_STATUS.get(status) ?? (status >= 500 ? ServerError : ApiError)
  return new Class(message, facts)
}

function parseProblem(body: string): Problem | null {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { code, detail } = value as Partial<Problem>
  return typeof code === 'string' && typeof detail === 'string' ? (value as Problem) : null
}
