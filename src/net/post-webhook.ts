// Sends an event to a stranger's URL, guarded like a download. A redirect is an answer like any other, and of the answer only the
// status and Retry-After are read.
import type { WebhookAnswer, WebhookRequest } from '../app/ports/webhooks.ts'
import { guardedRequest } from './guarded-request.ts'
import { type ResolveHost, resolveWithSystem } from './resolve-host.ts'
import { retryAfterMs } from './retry-after.ts'
import { createUrlPolicy, type UrlPolicyOptions } from './url-policy.ts'

export interface WebhookPosterOptions extends UrlPolicyOptions {
  /** Default: the operating system's DNS. */
  readonly resolve?: ResolveHost
}

/** @throws AppError `config_invalid` for a network that is not in CIDR form */
export function createWebhookPoster(
  options: WebhookPosterOptions,
): (request: WebhookRequest) => Promise<WebhookAnswer> {
  const { resolve = resolveWithSystem } = options
  const guard = { policy: createUrlPolicy(options), resolve }
  return async ({ url, headers, body, signal }) => {
    const response = await guardedRequest({ url, method: 'POST', headers, body, signal }, guard)
    try {
      return { status: response.status, retryAfterMs: retryAfterMs(response.headers) }
    } finally {
      await response.close()
    }
  }
}
