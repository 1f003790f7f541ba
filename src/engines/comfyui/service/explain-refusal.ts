// Explains the failures that the Comfy API v2 answers with, by the code in their envelope. Each error names the setting or the account
// to change.
import type { ErrorCode } from '@infinitetalk/contract'
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../../domain/errors.ts'
import type { ComfyAddress } from '../comfy-address.ts'
import { firstLine } from '../explain/first-line.ts'

export interface Refusal {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
  /** Seconds; NaN when the service does not say. */
  readonly retryAfter: number
}

/** By the code in the envelope. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  insufficient_credits: 'engine_credits_spent',
  queue_full: 'engine_busy',
  rate_limited: 'engine_busy',
  deployment_not_ready: 'engine_deployment_not_ready',
  deployment_stopped: 'engine_deployment_stopped',
}

/** `meta.said` is the code of the service, `meta.retryAfterMs` the time it asks for. */
export function explainRefusal({ url }: ComfyAddress, refusal: Refusal): AppError {
  const { status, json, retryAfter } = refusal
  const error = isRecord(json.error) ? json.error : null
  const said = typeof error?.code === 'string' ? error.code : null
  const words = typeof error?.message === 'string' ? `: ${firstLine(error.message)}` : ''
  const wait = Number.isFinite(retryAfter) ? { retryAfterMs: retryAfter * 1000 } : {}
  const meta = { status, said, details: error?.details, ...wait }
  const named = said === null ? undefined : CODES[said]
  if (named !== undefined) {
    return new AppError(named, `The Comfy API at ${url} answered ${said}${words}.`, { meta })
  }
  if (status === 402) {
    const detail = `The Comfy API at ${url} asks for payment (HTTP 402${words}).`
    return new AppError('engine_credits_spent', detail, { meta })
  }
  if (status === 401 || status === 403) {
    const detail = `The Comfy API at ${url} does not accept the key (HTTP ${status}${words}): check COMFY_API_KEY.`
    return new AppError('engine_unavailable', detail, { meta })
  }
  if (status === 413) {
    const detail = `The Comfy API at ${url} refused a file as too large (HTTP 413${words}).`
    return new AppError('input_too_large', detail, { meta })
  }
  if (said === null && (status < 400 || status === 404 || status === 405)) {
    const detail = `What answers at ${url} is not the Comfy API v2 (HTTP ${status}): check COMFY_API_URL.`
    return new AppError('engine_unavailable', detail, { meta })
  }
  if (status === 429) {
    const detail = `The Comfy API at ${url} takes no more requests now (HTTP 429${words}).`
    return new AppError('engine_busy', detail, { meta })
  }
  if (status >= 500) {
    const detail = `The Comfy API at ${url} cannot answer now (HTTP ${status}${words}).`
    return new AppError('engine_unreachable', detail, { meta })
  }
  const what = said ?? `HTTP ${status}`
  return new AppError(
    'engine_failed',
    `The Comfy API at ${url} refused the request (${what}${words}).`,
    { meta },
  )
}
