// The only error the program throws on purpose, and what each way out makes of it: the object of the API and of --json, and
// the exit code. What the codes mean is in error-table.ts.
import type { ErrorCode } from '@infinitetalk/contract'
import { ERRORS, type ErrorEntry } from './error-table.ts'

export interface AppErrorOptions {
  readonly cause?: unknown
  /** Machine-readable facts that explain the error, e.g. the limit and the value. Never secrets or base64. */
  readonly meta?: Readonly<Record<string, unknown>>
  /** JSON pointer of the member of the request that is at fault, e.g. `/audio/url`. */
  readonly pointer?: string
}

/** The only error class the program throws on purpose. `detail` is one sentence that says what happened, in plain words. */
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

/** The error as every machine reads it: `--json`, problem+json (RFC 9457), webhooks, the page. */
export interface ErrorDescription {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly hint: string
  readonly retryable: boolean
  /** JSON pointer of the member that is at fault, when there is one. */
  readonly pointer?: string
  /** Every problem of a request, when there are several places to correct. */
  readonly errors?: unknown
  /** The simple API's one member, with the same sentence as `detail`. */
  readonly error: string
}

/** A name, not an address: an installed hub has no page of its own on the internet. */
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

/** 2: the input or the command is at fault, 3: the hub cannot be reached, 130: interrupted, 1: everything else. */
export function exitCodeOf(code: ErrorCode): 1 | 2 | 3 | 130 {
  if (code === 'canceled') return 130
  if (code === 'server_unreachable') return 3
  const { status, retryable } = ERRORS[code]
  // A full queue or a video that is not ready yet (429, 409) is nobody's mistake; a host name that is unknown today may be.
  const passes = retryable && status !== 422
  return status < 500 && !passes ? 2 : 1
}

/** Turns whatever was thrown into an AppError; an abort becomes `canceled`, anything unexpected `internal_error`. */
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
