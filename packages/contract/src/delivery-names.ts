// The names of deliveries that readers use without a schema.

/** `disabled`: the receiver answered 410, so its URL gets no more events. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'disabled'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** The id of a delivery is the `webhook-id` of its event. */
export const DELIVERY_ID_PATTERN =
  /^msg_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
