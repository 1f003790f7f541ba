// The delivery of an event to a webhook, and when its attempts are made. Standard Webhooks, "Deliverability and reliability": the
// schedule below with some random jitter; Retry-After is honoured; 410 means that no more events are wanted.
import type { DeliveryStatus, WebhookEvent } from '@infinitetalk/contract'
import type { DeliveryId, JobId } from './ids.ts'
import type { WebhookForm } from './job.ts'

export interface DeliveryAttempt {
  readonly atMs: number
  /** null without an answer. */
  readonly status: number | null
  /** Why there was no answer; null with one. */
  readonly error: string | null
  readonly tookMs: number
}

export interface Delivery {
  /** The `webhook-id` of every attempt. */
  readonly id: DeliveryId
  readonly jobId: JobId
  readonly ownerKey: string
  readonly event: WebhookEvent
  readonly form: WebhookForm
  readonly url: string
  /** The key whose own secrets sign it; null: the secrets of the hub. */
  readonly signer: string | null
  readonly body: string
  readonly status: DeliveryStatus
  readonly createdAtMs: number
  /** null unless it is pending. */
  readonly nextAtMs: number | null
  /** Failed attempts since it was created or redelivered. */
  readonly failures: number
  /** The newest ones. */
  readonly attempts: readonly DeliveryAttempt[]
}

const SECOND_MS = 1000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** Before each attempt, from the end of the previous one. In all a receiver may be down for three days. */
export const WAITS_MS: readonly number[] = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
]

/** Longest Retry-After that is honoured. */
const RETRY_AFTER_MAX_MS = 24 * HOUR_MS
/** A wait is lengthened by up to this part of it, so that receivers that were down are not called by all at once. */
const JITTER = 0.2
const KEPT_ATTEMPTS = 20
const GONE = 410

export interface AttemptResult extends DeliveryAttempt {
  readonly retryAfterMs: number | null
}

/** @param random 0..1 */
export function afterAttempt(delivery: Delivery, result: AttemptResult, random: number): Delivery {
  const { retryAfterMs, ...attempt } = result
  const attempts = [...delivery.attempts, attempt].slice(-KEPT_ATTEMPTS)
  const { status } = attempt
  const ended = (status: DeliveryStatus): Delivery => ({
    ...delivery,
    attempts,
    status,
    nextAtMs: null,
  })
  if (status !== null && status >= 200 && status < 300) return ended('delivered')
  if (status === GONE) return ended('disabled')
  const failures = delivery.failures + 1
  const wait = WAITS_MS[failures]
  if (wait === undefined) return { ...ended('failed'), failures }
  const asked = Math.min(retryAfterMs ?? 0, RETRY_AFTER_MAX_MS)
  const delayMs = Math.round(Math.max(wait, asked) * (1 + JITTER * random))
  return { ...delivery, attempts, failures, nextAtMs: attempt.atMs + attempt.tookMs + delayMs }
}

/** Due at once, with the whole schedule before it. */
export function redelivered(delivery: Delivery, nowMs: number): Delivery {
  return { ...delivery, status: 'pending', nextAtMs: nowMs, failures: 0 }
}
