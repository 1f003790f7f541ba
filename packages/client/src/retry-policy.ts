// When a call is made again, and after how long. Never when the first one may have done something that a second would do
// twice: a POST counts as repeatable only with an Idempotency-Key, otherwise only when the hub says that it did nothing.
import { ApiError, ConnectionError } from './errors.ts'

export interface RetryPolicy {
  /** Calls after the first. */
  readonly maxRetries: number
  /** Pause before the first retry; doubled for each one after. */
  readonly firstDelayMs: number
  /** 0 (included) to 1 (excluded). */
  readonly random: () => number
}

export const DEFAULT_MAX_RETRIES = 3
export const DEFAULT_FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 8_000
/** Who is asked to wait longer than this is told so instead. */
const MAX_RETRY_AFTER_MS = 60_000

/** These say that nothing was begun: a full queue, a hub that is stopping, a limit on the rate. */
const REFUSED_BEFORE_WORK: ReadonlySet<number> = new Set([429, 503])
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

/**
 * The pause before the next try, or null when there should be none.
 *
 * @param retries how many were made already
 * @param repeatable whether doing it twice is the same as doing it once
 */
export function retryDelayMs(
  policy: RetryPolicy,
  error: unknown,
  retries: number,
  repeatable: boolean,
): number | null {
  if (retries >= policy.maxRetries) return null
  if (error instanceof ConnectionError) return repeatable ? backOffMs(policy, retries) : null
  if (!(error instanceof ApiError) || !maySucceedSoon(error, repeatable)) return null
  const { retryAfterMs } = error
  if (retryAfterMs === null) return backOffMs(policy, retries)
  return retryAfterMs > MAX_RETRY_AFTER_MS
    ? null
    : retryAfterMs + jitter(policy, policy.firstDelayMs)
}

/** Doubles from try to try; half of it is left to chance, so that clients cut off together do not come back together. */
export function backOffMs(policy: RetryPolicy, retries: number): number {
  const ceilingMs = Math.min(MAX_DELAY_MS, policy.firstDelayMs * 2 ** retries)
  return ceilingMs / 2 + jitter(policy, ceilingMs / 2)
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3) as milliseconds from now; null when absent or neither. */
export function readRetryAfterMs(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const atMs = /^[A-Za-z]{3},? /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs)
}

function maySucceedSoon(error: ApiError, repeatable: boolean): boolean {
  if (error.code === 'idempotency_in_flight') return true
  if (error.problem?.retryable === false) return false
  return (repeatable ? PASSING_STATUSES : REFUSED_BEFORE_WORK).has(error.status)
}

function jitter(policy: RetryPolicy, upToMs: number): number {
  return policy.random() * upToMs
}
