// The headers of one attempt: the signatures of Standard Webhooks, one for each secret, and for clients of Beam also those that its
// runner sends. The timestamp is that of the attempt, the id that of the event.
import { createHmac } from 'node:crypto'
import type { WebhookEvent } from '@infinitetalk/contract'
import type { Delivery } from '../../domain/delivery.ts'

const PREFIX = 'whsec_'

/**
 * The secrets that sign the events of a key. Those of a key that is no admin are made of the hub's, so that its owner can check
 * its own events and cannot sign those of others.
 *
 * @param signer null: the secrets of the hub
 */
export function secretsOf(signer: string | null, secrets: readonly string[]): readonly string[] {
  if (signer === null) return secrets
  return secrets.map((secret) => {
    const own = createHmac('sha256', bytesOf(secret)).update(`webhooks of the key ${signer}`)
    return `${PREFIX}${own.digest('base64')}`
  })
}

export function signedHeaders(
  { id, form, event, signer, body, jobId }: Delivery,
  secrets: readonly string[],
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const keys = secretsOf(signer, secrets)
  const signatures = keys.map((secret) => {
    const signed = createHmac('sha256', bytesOf(secret)).update(`${id}.${timestamp}.${body}`)
    return `v1,${signed.digest('base64')}`
  })
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
    ...(form === 'beam' ? beamHeaders({ jobId, event, body, timestamp, secret: keys[0]! }) : {}),
  }
}

interface BeamFacts {
  readonly jobId: string
  readonly event: WebhookEvent
  readonly body: string
  readonly timestamp: string
  readonly secret: string
}

const BEAM_STATUSES: Readonly<Record<WebhookEvent, string>> = {
  'job.succeeded': 'COMPLETE',
  'job.failed': 'ERROR',
  'job.canceled': 'CANCELLED',
}

/** Beam's runner signs the base64 of the body and the time with the text of the key. */
function beamHeaders({ jobId, event, body, timestamp, secret }: BeamFacts) {
  const text = `${Buffer.from(body).toString('base64')}:${timestamp}`
  return {
    'x-task-id': jobId,
    'x-task-status': BEAM_STATUSES[event],
    'x-task-timestamp': timestamp,
    'x-task-signature': createHmac('sha256', secret).update(text).digest('hex'),
  }
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64')
}
