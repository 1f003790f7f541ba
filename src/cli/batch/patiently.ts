// Repeats a call while the hub is away, stops or is full, because a batch outlives restarts of its hub.

import { setTimeout as pause } from 'node:timers/promises'
import { ApiError, ConnectionError } from '@infinitetalk/client'

/** Longer than an update of a hub takes. Then the run ends and can be resumed. */
const GIVE_UP_AFTER_MS = 10 * 60_000
const PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000
const PASSING_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** @throws the last error, or the reason of the signal */
export async function patiently<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  const endsAt = performance.now() + GIVE_UP_AFTER_MS
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (signal.aborted || !isPassing(error) || performance.now() > endsAt) throw error
      const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0
      await pause(Math.min(Math.max(PAUSE_MS, asked), LONGEST_PAUSE_MS), undefined, { signal })
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError) return true
  if (!(error instanceof ApiError)) return false
  return PASSING_STATUSES.has(error.status) || error.code === 'idempotency_in_flight'
}
