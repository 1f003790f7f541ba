// The webhooks of a hub as its transports see them.
import { AppError } from '../../domain/errors.ts'
import type { Caller, HubWebhooks } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { listDeliveries, listJobDeliveries, redeliver } from './read-deliveries.ts'
import { secretsOf } from './sign-webhook.ts'

export function hubWebhooks(ports: HubPorts): HubWebhooks {
  return {
    list: (query) => listDeliveries(query, ports),
    ofJob: (id) => listJobDeliveries(id, ports),
    redeliver: (id, ownerKey = null) => redeliver(id, ownerKey, ports),
    secrets: (caller) => webhookSecrets(caller, ports),
  }
}

/** @throws AppError `webhook_secret_missing` */
function webhookSecrets(
  { ownerKey, isAdmin }: Caller,
  { webhooks: { secrets } }: HubPorts,
): readonly string[] {
  if (secrets.length > 0) return secretsOf(isAdmin ? null : ownerKey, secrets)
  throw new AppError('webhook_secret_missing', 'INFINITETALK_WEBHOOK_SECRETS is not set.')
}
