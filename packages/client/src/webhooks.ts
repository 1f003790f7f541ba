// Webhooks at their receiver and at the hub: checks the signature of an event (Standard Webhooks), reads the log of deliveries and
// sends events again. Checking needs no client: it is for servers, in Node and in every runtime with WebCrypto.
import type {
  DeliveryList,
  DeliveryResource,
  DeliveryStatus,
  WebhookPayload,
} from '@infinitetalk/contract'
import { InfiniteTalkError } from './errors.ts'
import type { CallOptions } from './files.ts'
import { apiPath } from './path.ts'
import type { Transport } from './transport.ts'

export interface UnwrapOptions {
  /** Largest difference between the time of the attempt and that of this machine. Default 300, as the specification recommends. */
  readonly toleranceSeconds?: number | undefined
}

/** Headers as fetch, Node or a plain object have them. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>

export interface UnwrappedWebhook {
  /** The same for every attempt to deliver the event: remember it to handle an event once. */
  readonly id: string
  readonly event: WebhookPayload
}

/**
 * The event of a webhook, once its signature is checked.
 *
 * @param body exactly as it was received, not parsed
 * @param secret `whsec_...`; a list while secrets rotate
 * @throws InfiniteTalkError `webhook_invalid`, `invalid_argument`
 */
export async function unwrapWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  { toleranceSeconds = DEFAULT_TOLERANCE_S }: UnwrapOptions = {},
): Promise<UnwrappedWebhook> {
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  const signatures = headerOf(headers, 'webhook-signature')
  if (!/^\d{1,12}$/.test(timestamp)) throw refused('Its timestamp is not a number.')
  const ageSeconds = Date.now() / 1000 - Number(timestamp)
  if (!(Math.abs(ageSeconds) <= toleranceSeconds)) {
    throw refused('Its time differs too much from that of this machine.')
  }
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const head = new TextEncoder().encode(`${id}.${timestamp}.`)
  const signed = new Uint8Array(head.length + bytes.length)
  signed.set(head)
  signed.set(bytes, head.length)
  const secrets = typeof secret === 'string' ? [secret] : secret
  const given = signatures.split(' ').slice(0, MOST_SIGNATURES)
  for (const one of secrets) {
    const key = await keyOf(one)
    for (const signature of given) {
      const [, text] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature) ?? []
      if (text === undefined) continue
      // Takes the same time for every wrong signature.
      const isRight = await crypto.subtle.verify('HMAC', key, bytesOf(text), signed)
      if (isRight) return { id, event: parse(bytes) }
    }
  }
  throw refused('No signature is by this secret.')
}

const DEFAULT_TOLERANCE_S = 300
/** A sender has one for each of its secrets. */
const MOST_SIGNATURES = 16

/** @throws InfiniteTalkError `invalid_argument`: an empty key would accept anybody's events */
async function keyOf(secret: string) {
  const [, text] = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/.exec(secret) ?? []
  if (text === undefined) {
    const message = 'The secret must be whsec_ and the base64 of 24 to 64 bytes.'
    throw new InfiniteTalkError(message, { code: 'invalid_argument' })
  }
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', bytesOf(text), algorithm, false, ['verify'])
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function parse(bytes: Uint8Array): WebhookPayload {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as WebhookPayload
  } catch (cause) {
    throw new InfiniteTalkError('The event is not JSON.', { code: 'webhook_invalid', cause })
  }
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value =
    'get' in headers && typeof headers.get === 'function'
      ? headers.get(name)
      : Object.entries(headers).find(([given]) => given.toLowerCase() === name)?.[1]
  const text = Array.isArray(value) ? value[0] : value
  if (typeof text === 'string' && text !== '') return text
  throw refused(`It has no header ${name}.`)
}

function refused(reason: string): InfiniteTalkError {
  const message = `The webhook is not from the hub, or too old. ${reason}`
  return new InfiniteTalkError(message, { code: 'webhook_invalid' })
}

export interface ListDeliveriesOptions extends CallOptions {
  readonly status?: DeliveryStatus | undefined
  /** Deliveries per page. */
  readonly limit?: number | undefined
  /** `next_cursor` of the previous page. */
  readonly cursor?: string | undefined
}

export class Webhooks {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The same as `unwrapWebhook`, which needs no client. */
  unwrap(...given: Parameters<typeof unwrapWebhook>): Promise<UnwrappedWebhook> {
    return unwrapWebhook(...given)
  }

  /** One page of deliveries, newest first. */
  list({ status, limit, cursor, signal }: ListDeliveriesOptions = {}): Promise<DeliveryList> {
    return this.#transport.json<DeliveryList>({
      method: 'GET',
      target: apiPath`/v1/deliveries`,
      query: { status, limit, cursor },
      repeatable: true,
      signal,
    })
  }

  /** The deliveries of a job. @throws NotFoundError */
  ofJob(jobId: string, { signal }: CallOptions = {}): Promise<DeliveryList> {
    const target = apiPath`/v1/jobs/${jobId}/deliveries`
    return this.#transport.json<DeliveryList>({ method: 'GET', target, repeatable: true, signal })
  }

  /** Sends the event again, now. @throws NotFoundError `delivery_not_found` */
  redeliver(deliveryId: string, { signal }: CallOptions = {}): Promise<DeliveryResource> {
    return this.#transport.json<DeliveryResource>({
      method: 'POST',
      target: apiPath`/v1/deliveries/${deliveryId}/redeliver`,
      repeatable: true,
      signal,
    })
  }

  /** The secrets that sign the events of this token. @throws UnprocessableEntityError `webhook_secret_missing` */
  async secrets({ signal }: CallOptions = {}): Promise<readonly string[]> {
    const target = apiPath`/v1/webhooks/secrets`
    const answer = await this.#transport.json<{ readonly secrets: readonly string[] }>({
      method: 'GET',
      target,
      repeatable: true,
      signal,
    })
    return answer.secrets
  }
}
