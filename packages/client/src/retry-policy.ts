// Decides on retries and their pauses. A POST without an Idempotency-Key is retried only if the answer shows that it had no
// effect, because a retry could do its work twice.
import { ApiError, ConnectionError } from './errors.ts'

export interface RetryPolicy {
  /** Maximum number of retries. */
  readonly maxRetries: number
  /** Pause before the first retry; it doubles for each next one. */
  readonly firstDelayMs: number
  /** A random number from 0 (included) to 1 (excluded). */
  readonly random: () => number
}

export const DEFAULT_MAX_RETRIES = 3
export const DEFAULT_FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 8_000
/** A longer Retry-After becomes an error, which the caller sees. */
const MAX_RETRY_AFTER_MS = 60_000

/** Statuses after which nothing was started: full queue, stopping hub, rate limit. */
const REFUSED_BEFORE_WORK: ReadonlySet<number> = new Set([429, 503])
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

/**
 * The pause before the next attempt, or null for no retry.
 *
 * @param retries number of retries so far
 * @param repeatable whether two calls have the effect of one
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

/** Doubles with each retry. Half of it is random, so that clients that lost the hub together do not return together. */
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
