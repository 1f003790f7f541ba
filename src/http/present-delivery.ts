// A delivery as the API shows it. Pure.
import type { DeliveryResource } from '@infinitetalk/contract'
import type { Delivery } from '../domain/delivery.ts'
import { isoTime } from './iso-time.ts'
import { withoutQuery } from './present-input.ts'

export function presentDelivery(delivery: Delivery): DeliveryResource {
  return {
    id: delivery.id,
    object: 'delivery',
    job_id: delivery.jobId,
    event: delivery.event,
    url: withoutQuery(delivery.url),
    status: delivery.status,
    created_at: isoTime(delivery.createdAtMs),
    next_attempt_at: isoTime(delivery.nextAtMs),
    attempts: delivery.attempts.map(({ atMs, status, error, tookMs }) => ({
      at: isoTime(atMs),
      status,
      error,
      duration_s: tookMs / 1000,
    })),
  }
}
