// The operations on webhooks.
import type { Delivery } from '../domain/delivery.ts'
import { pathParameter } from './exchange.ts'
import type { Handlers } from './handlers.ts'
import { presentDelivery } from './present-delivery.ts'

export const DELIVERY_HANDLERS: Handlers<
  'listDeliveries' | 'listJobDeliveries' | 'redeliver' | 'getWebhookSecrets'
> = {
  async listDeliveries({ hub, query, reply }) {
    const { status = null, limit, cursor = null } = query
    const page = await hub.webhooks.list({ status, limit, cursor })
    return reply.header('cache-control', 'no-cache').send(listOf(page.deliveries, page.nextCursor))
  },

  async listJobDeliveries(exchange) {
    const found = await exchange.hub.webhooks.ofJob(pathParameter(exchange, 'job_id'))
    return exchange.reply.header('cache-control', 'no-cache').send(listOf(found, null))
  },

  async redeliver(exchange) {
    const delivery = await exchange.hub.webhooks.redeliver(pathParameter(exchange, 'delivery_id'))
    return exchange.reply.code(202).send(presentDelivery(delivery))
  },

  async getWebhookSecrets({ hub, caller, reply }) {
    const secrets = hub.webhooks.secrets(caller)
    return reply.header('cache-control', 'no-store').send({ object: 'webhook_secrets', secrets })
  },
}

function listOf(deliveries: readonly Delivery[], nextCursor: string | null) {
  return {
    object: 'list',
    data: deliveries.map(presentDelivery),
    has_more: nextCursor !== null,
    next_cursor: nextCursor,
  }
}
