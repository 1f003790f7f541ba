// The delivery of one event to one webhook, and the log of its attempts.
import { z } from 'zod'
import { DELIVERY_ID_PATTERN, DELIVERY_STATUSES } from './delivery-names.ts'
import { WEBHOOK_EVENTS } from './generation-spec.ts'
import { JOB_ID_PATTERN, JOB_LIST_DEFAULT, JOB_LIST_MAX } from './job-names.ts'
import { jobResourceSchema } from './job-resource.ts'

const time = z.iso.datetime()

export const deliveryResourceSchema = z
  .strictObject({
    id: z.string().regex(DELIVERY_ID_PATTERN).describe('The webhook-id of the event.'),
    object: z.literal('delivery'),
    job_id: z.string().regex(JOB_ID_PATTERN),
    event: z.enum(WEBHOOK_EVENTS),
    url: z.string().describe('The URL without its query, which may hold a credential.'),
    status: z
      .enum(DELIVERY_STATUSES)
      .describe('disabled: the receiver answered 410. failed: every attempt failed.'),
    created_at: time,
    next_attempt_at: time.nullable().describe('null unless the delivery is pending.'),
    attempts: z
      .array(
        z.strictObject({
          at: time,
          status: z.int().nullable().describe('HTTP status; null without an answer.'),
          error: z.string().nullable().describe('Why there was no answer.'),
          duration_s: z.number().min(0),
        }),
      )
      .describe('The last 20 attempts, oldest first.'),
  })
  .meta({ id: 'Delivery', title: 'Delivery' })

export const deliveryListQuerySchema = z.strictObject({
  status: z.enum(DELIVERY_STATUSES).optional(),
  limit: z.coerce.number().int().min(1).max(JOB_LIST_MAX).default(JOB_LIST_DEFAULT),
  cursor: z.string().regex(DELIVERY_ID_PATTERN).optional(),
})

export const deliveryListSchema = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(deliveryResourceSchema),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'DeliveryList', title: 'DeliveryList' })

export const webhookSecretsSchema = z
  .strictObject({
    object: z.literal('webhook_secrets'),
    secrets: z
      .array(z.string().regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/))
      .describe('Several while secrets rotate: an event carries a signature of each.'),
  })
  .meta({ id: 'WebhookSecrets', title: 'WebhookSecrets' })

/** The body of a webhook in the form of Standard Webhooks. */
export const webhookPayloadSchema = z
  .strictObject({
    type: z.enum(WEBHOOK_EVENTS),
    timestamp: time,
    data: jobResourceSchema,
  })
  .meta({ id: 'WebhookPayload', title: 'WebhookPayload' })

export type DeliveryResource = z.output<typeof deliveryResourceSchema>
export type DeliveryList = z.output<typeof deliveryListSchema>
export type WebhookSecrets = z.output<typeof webhookSecretsSchema>
export type WebhookPayload = z.output<typeof webhookPayloadSchema>
