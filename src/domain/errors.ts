// The only error that the program throws on purpose, and its form in the API and in --json. error-table.ts gives the meaning of each
// code.
import type { ErrorCode } from '@infinitetalk/contract'
import { ERRORS, type ErrorEntry } from './error-table.ts'

export interface AppErrorOptions {
  readonly cause?: unknown
  /** Machine-readable facts that explain the error, e.g. the limit and the value. Never secrets or base64. */
  readonly meta?: Readonly<Record<string, unknown>>
  /** JSON pointer to the wrong member of the request, e.g. `/audio/url`. */
  readonly pointer?: string
}

/** `detail` is one plain sentence that says what happened. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly detail: string
  readonly meta: Readonly<Record<string, unknown>>
  readonly pointer: string | undefined

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.detail = detail
    this.meta = options.meta ?? {}
    this.pointer = options.pointer
  }

  get entry(): ErrorEntry {
    return ERRORS[this.code]
  }
}

/** The error as programs read it: `--json`, problem+json (RFC 9457), the page. */
export interface ErrorDescription {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly hint: string
  readonly retryable: boolean
  /** JSON pointer to the wrong member of the request. */
  readonly pointer?: string
  /** All problems of a request. */
  readonly errors?: unknown
  /** Equals `detail`; clients of the simple API read this member. */
  readonly error: string
}

/** A name, not an address: an installed hub has no public page. */
const TYPE_PREFIX = 'urn:infinitetalk:error:'

export function describeError(error: AppError): ErrorDescription {
  const { code, detail, pointer, meta } = error
  const { status, title, hint, retryable } = ERRORS[code]
  return {
    type: `${TYPE_PREFIX}${code}`,
    title,
    status,
    code,
    detail,
    hint,
    retryable,
    ...(pointer === undefined ? {} : { pointer }),
    ...(meta.errors === undefined ? {} : { errors: meta.errors }),
    error: detail,
  }
}

/** Turns any thrown value into an AppError: an abort into `canceled`, an unexpected value into `internal_error`. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof Error) {
    if (thrown.name === 'AbortError') {
      return new AppError('canceled', 'The operation was canceled.', { cause: thrown })
    }
    if ((thrown as NodeJS.ErrnoException).code === 'ENOSPC') {
      return new AppError('disk_full', 'There is no space left on the disk.', { cause: thrown })
    }
    return new AppError('internal_error', thrown.message, { cause: thrown })
  }
  return new AppError('internal_error', String(thrown), { cause: thrown })
}
