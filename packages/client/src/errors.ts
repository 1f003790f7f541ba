// What can go wrong between a caller and a hub, as a tree: catch as much of it as you can deal with. Every error has the
// same five facts, so that code that only logs or retries needs to know no class.
import type { ErrorCode, Problem } from '@infinitetalk/contract'

/** Codes of errors that no hub sent. */
export const CLIENT_ERROR_CODES = [
  'server_unreachable',
  'timeout',
  'aborted',
  'unexpected_answer',
  'download_damaged',
  'invalid_argument',
] as const
export type ClientErrorCode = (typeof CLIENT_ERROR_CODES)[number]

/** A newer hub may send a code that this client has not heard of. */
export type AnyErrorCode = ErrorCode | ClientErrorCode | (string & {})

export interface ErrorFacts {
  readonly status?: number | null
  readonly code?: AnyErrorCode | null
  readonly requestId?: string | null
  /** Whether the same call may succeed later without a change. */
  readonly retryable?: boolean
  readonly problem?: Problem | null
  readonly cause?: unknown
}

export class InfiniteTalkError extends Error {
  override readonly name: string = 'InfiniteTalkError'
  /** HTTP status; null when there was no answer. */
  readonly status: number | null
  readonly code: AnyErrorCode | null
  /** What the hub's log calls the request. */
  readonly requestId: string | null
  readonly retryable: boolean
  /** The hub's own words (RFC 9457), when it sent them. */
  readonly problem: Problem | null

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.status = facts.status ?? null
    this.code = facts.code ?? null
    this.requestId = facts.requestId ?? null
    this.retryable = facts.retryable ?? false
    this.problem = facts.problem ?? null
  }
}

export interface ApiErrorFacts extends ErrorFacts {
  readonly status: number
  /** What the answer's Retry-After asked for. */
  readonly retryAfterMs?: number | null
}

/** The hub answered, and it was no. */
export class ApiError extends InfiniteTalkError {
  override readonly name: string = 'ApiError'
  declare readonly status: number
  readonly retryAfterMs: number | null

  constructor(message: string, facts: ApiErrorFacts) {
    super(message, facts)
    this.retryAfterMs = facts.retryAfterMs ?? null
  }
}

/** 400: the request is malformed. */
export class BadRequestError extends ApiError {
  override readonly name: string = 'BadRequestError'
}

/** 401 and 403: the token is missing, wrong, or not allowed to do this. */
export class AuthenticationError extends ApiError {
  override readonly name: string = 'AuthenticationError'
}

/** 404: there is no such thing; 410: there was. */
export class NotFoundError extends ApiError {
  override readonly name: string = 'NotFoundError'
}

/** 409: not in the state the thing is in. */
export class ConflictError extends ApiError {
  override readonly name: string = 'ConflictError'
}

/** 413, 415 and 422: the request is understood and refused; `problem.errors` names each place to correct. */
export class UnprocessableEntityError extends ApiError {
  override readonly name: string = 'UnprocessableEntityError'
}

/** 429: too much at once, `retryAfterMs` says when to come back. */
export class RateLimitError extends ApiError {
  override readonly name: string = 'RateLimitError'
}

/** 5xx: the hub, or something before it, failed. */
export class ServerError extends ApiError {
  override readonly name: string = 'ServerError'
}

/** No answer, or only a part of one: the server is down, the network is, or the connection was cut. */
export class ConnectionError extends InfiniteTalkError {
  override readonly name: string = 'ConnectionError'

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, { code: 'server_unreachable', retryable: true, ...facts })
  }
}

/** No sign of life for longer than `timeoutMs`. */
export class TimeoutError extends ConnectionError {
  override readonly name: string = 'TimeoutError'

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, { code: 'timeout', ...facts })
  }
}

/** The caller's own signal ended it; `cause` is the signal's reason. */
export class AbortedError extends InfiniteTalkError {
  override readonly name: string = 'AbortedError'

  constructor(reason: unknown) {
    super('The call was aborted.', { code: 'aborted', cause: reason })
  }
}
