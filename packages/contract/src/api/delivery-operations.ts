// The operations on webhooks: the log of their deliveries, redelivery, and the secrets that sign them.
import {
  deliveryListQuerySchema,
  deliveryListSchema,
  deliveryResourceSchema,
  webhookSecretsSchema,
} from '../delivery-resource.ts'
import { noQuerySchema } from '../http-queries.ts'
import { DELIVERY_EXAMPLE, WEBHOOK_SECRETS_EXAMPLE } from './examples.ts'
import { jsonContent, operation } from './operation.ts'

const LIST_EXAMPLE = {
  object: 'list',
  data: [DELIVERY_EXAMPLE],
  has_more: false,
  next_cursor: null,
}

export const DELIVERY_OPERATIONS = {
  listDeliveries: operation({
    method: 'GET',
    path: '/v1/deliveries',
    tag: 'webhooks',
    summary: 'List the deliveries of webhooks, newest first',
    description: 'Deliveries are kept for 14 days.',
    query: deliveryListQuerySchema,
    responses: {
      200: {
        description: 'One page of deliveries.',
        content: jsonContent(deliveryListSchema, LIST_EXAMPLE),
      },
    },
  }),
  listJobDeliveries: operation({
    method: 'GET',
    path: '/v1/jobs/{job_id}/deliveries',
    tag: 'webhooks',
    summary: 'List the deliveries of a job',
    description: 'What was sent to the webhook of the job, when, and how the receiver answered.',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The deliveries of the job.',
        content: jsonContent(deliveryListSchema, LIST_EXAMPLE),
      },
    },
  }),
  redeliver: operation({
    method: 'POST',
    path: '/v1/deliveries/{delivery_id}/redeliver',
    tag: 'webhooks',
    summary: 'Send an event again',
    description:
      'The event keeps its webhook-id and begins the schedule of attempts anew. A URL that answered 410 gets events again ' +
      'once a redelivery succeeds.',
    query: noQuerySchema,
    responses: {
      202: {
        description: 'The next attempt is due.',
        content: jsonContent(deliveryResourceSchema, DELIVERY_EXAMPLE),
      },
    },
  }),
  getWebhookSecrets: operation({
    method: 'GET',
    path: '/v1/webhooks/secrets',
    tag: 'webhooks',
    summary: 'Read the secrets that sign the webhooks of the caller',
    description:
      'An admin key has the secrets of INFINITETALK_WEBHOOK_SECRETS. Any other key has secrets of its own, so that no key can ' +
      'sign the events of another.',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The secrets, the first one first.',
        content: jsonContent(webhookSecretsSchema, WEBHOOK_SECRETS_EXAMPLE),
      },
    },
  }),
}
