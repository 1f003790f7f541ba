// Writes the delivery of a job's last event in the transaction that ends the job: the event exists if and only if the end does.
import type { WebhookEvent } from '@infinitetalk/contract'
import type { Job } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

type Ports = Pick<HubPorts, 'deliveries' | 'webhooks' | 'ids' | 'clock'>

export async function announceEnd(tx: Transaction, job: Job, ports: Ports): Promise<void> {
  const { id: jobId, ownerKey, status, input } = job
  const { webhook } = input
  const event = `job.${status}` as WebhookEvent
  if (webhook === null || !webhook.events.includes(event)) return
  const nowMs = ports.clock.epochMs()
  // The receiver answered 410 after this job was submitted: the event is kept in the log and not sent.
  const isDisabled = await ports.deliveries.isDisabled(tx, ownerKey, webhook.url)
  await ports.deliveries.insert(tx, {
    id: ports.ids.newDeliveryId(),
    jobId,
    ownerKey,
    event,
    form: webhook.form,
    url: webhook.url,
    signer: webhook.signer,
    body: ports.webhooks.describe(job, event, webhook.form),
    status: isDisabled ? 'disabled' : 'pending',
    createdAtMs: nowMs,
    nextAtMs: isDisabled ? null : nowMs,
    failures: 0,
    attempts: [],
  })
}
