// Decides at submission whether a job may have its webhook: a hub that cannot sign, a URL that may never be called and a receiver that
// wants no more events are reported before anything is rendered.
import type { WebhookSpec } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'
import type { JobWebhook } from '../../domain/job.ts'
import type { SubmitOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'

type Ports = Pick<HubPorts, 'webhooks' | 'deliveries' | 'unitOfWork' | 'checkUrl' | 'limits'>

const POINTER = '/webhook/url'

/** @throws AppError `webhook_secret_missing`, `webhook_disabled`, `webhooks_backed_up`, `url_*` */
export async function acceptWebhook(
  webhook: WebhookSpec | null,
  { caller, webhookForm = 'standard', hubUrl }: SubmitOptions,
  { webhooks, deliveries, unitOfWork, checkUrl, limits }: Ports,
): Promise<JobWebhook | null> {
  if (webhook === null) return null
  const { url, events } = webhook
  const { ownerKey, isAdmin } = caller
  if (webhooks.secrets.length === 0) {
    const detail = 'INFINITETALK_WEBHOOK_SECRETS is not set, so nothing could sign the events.'
    throw new AppError('webhook_secret_missing', detail, { pointer: '/webhook' })
  }
  try {
    checkUrl(url)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, error.detail, { meta: error.meta, pointer: POINTER })
  }
  const { isDisabled, pending } = await unitOfWork.read(async (tx) => ({
    isDisabled: await deliveries.isDisabled(tx, ownerKey, url),
    pending: await deliveries.pending(tx, ownerKey),
  }))
  if (isDisabled) {
    const detail = 'The receiver answered an earlier event with status 410.'
    throw new AppError('webhook_disabled', detail, { pointer: POINTER })
  }
  if (pending >= limits.webhookMaxPending) {
    const detail = `${pending} events wait for their delivery already; the maximum is ${limits.webhookMaxPending}.`
    throw new AppError('webhooks_backed_up', detail, { pointer: '/webhook' })
  }
  return { url, events, form: webhookForm, signer: isAdmin ? null : ownerKey, hubUrl }
}
