// A webhook delivery that waits, for tests of its store and of what happens to it.
import type { Delivery } from '../../src/domain/delivery.ts'
import { deliveryIdOf, type JobId } from '../../src/domain/ids.ts'

export const SAMPLE_DELIVERY_JOB = 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11' as JobId

/** Number `count` is created and due at that time. */
export function sampleDelivery(count: number, changes: Partial<Delivery> = {}): Delivery {
  return {
    id: deliveryIdOf(count, new Uint8Array(10).fill(count)),
    jobId: SAMPLE_DELIVERY_JOB,
    ownerKey: 'shop',
    event: 'job.succeeded',
    form: 'standard',
    url: 'https://receiver.example:8443/hook',
    signer: null,
    body: '{"type":"job.succeeded"}',
    status: 'pending',
    createdAtMs: count,
    nextAtMs: count,
    failures: 0,
    attempts: [],
    ...changes,
  }
}
