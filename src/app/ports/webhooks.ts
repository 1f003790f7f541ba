// The needs of webhooks: secrets, the text of an event, and a request to a stranger's URL.
import type { WebhookEvent } from '@infinitetalk/contract'
import type { Delivery } from '../../domain/delivery.ts'
import type { Job, WebhookForm } from '../../domain/job.ts'

export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

export interface WebhookAnswer {
  readonly status: number
  readonly retryAfterMs: number | null
}

export interface Webhooks {
  /** `whsec_` and base64; without any the hub accepts no webhook. */
  readonly secrets: readonly string[]
  /** The body of the event that a job's end is, in the form of the receiver. */
  describe(job: Job, event: WebhookEvent, form: WebhookForm): string
  /** Its body for an attempt now, with links that need no key. */
  signLinks(delivery: Delivery, linkKey: string, nowMs: number): string
  /** Follows no redirect and reads no body. @throws AppError `url_*` */
  post(request: WebhookRequest): Promise<WebhookAnswer>
}
