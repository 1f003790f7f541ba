// All errors of the client as a tree of classes, so that callers catch the level that they can handle. Each error has the same
// five members, so that code that only logs or retries needs no class.
import type { ErrorCode, Problem } from '@infinitetalk/contract'

/** Codes of errors that arise in the client. */
export const CLIENT_ERROR_CODES = [
  'server_unreachable',
  'timeout',
  'aborted',
  'unexpected_answer',
  'download_damaged',
  'invalid_argument',
  'webhook_invalid',
] as const
export type ClientErrorCode = (typeof CLIENT_ERROR_CODES)[number]

/** A newer hub may send a code that this client does not know. */
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
  /** HTTP status; null without an answer. */
  readonly status: number | null
  readonly code: AnyErrorCode | null
  /** Id of the request in the log of the hub. */
  readonly requestId: string | null
  readonly retryable: boolean
  /** The problem that the hub sent (RFC 9457). */
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
  /** Pause from Retry-After of the answer. */
  readonly retryAfterMs?: number | null
}

/** The hub answered with an error. */
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

/** 404: not found; 410: deleted. */
export class NotFoundError extends ApiError {
  override readonly name: string = 'NotFoundError'
}

/** 409: impossible in the current state. */
export class ConflictError extends ApiError {
  override readonly name: string = 'ConflictError'
}

/** 413, 415 and 422: the request is not valid; `problem.errors` names each wrong member. */
export class UnprocessableEntityError extends ApiError {
  override readonly name: string = 'UnprocessableEntityError'
}

/** 429: too many requests; retry after `retryAfterMs`. */
export class RateLimitError extends ApiError {
  override readonly name: string = 'RateLimitError'
}

/** 5xx: the hub or a proxy failed. */
export class ServerError extends ApiError {
  override readonly name: string = 'ServerError'
}

/** No complete answer: the server or the network is down, or the connection was cut. */
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

/** The signal of the caller aborted the call; `cause` is its reason. */
export class AbortedError extends InfiniteTalkError {
  override readonly name: string = 'AbortedError'

  constructor(reason: unknown) {
    super('The call was aborted.', { code: 'aborted', cause: reason })
  }
}
