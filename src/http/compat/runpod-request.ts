// The envelope of RunPod's clients and the meaning of its policy here. Unsupported members are rejected by name, because their
// callers would wait in vain for a callback or a file in a bucket.
import { isRecord, parseQuery, runpodEnvelopeSchema } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'
import { acceptRequest } from '../accept-request.ts'
import { markForVolume } from './network-volume.ts'

export interface RunpodRequest {
  readonly input: Readonly<Record<string, unknown>>
}

const REFUSED = {
  webhookV2: '"webhookV2" is not supported: read the status of the job.',
  s3Config: '"s3Config" is not supported: download the video from the hub.',
} as const

/** @returns the request as the contract reads it @throws AppError `invalid_request`, `unknown_field`, `engine_unsupported` */
export function readEnvelope(sent: unknown): RunpodRequest {
  if (!isRecord(sent)) throw new AppError('invalid_request', 'The body must be an object.')
  const { input, policy, webhook, ...others } = acceptRequest(
    parseQuery(runpodEnvelopeSchema, sent),
  )
  for (const [name, sentence] of Object.entries(REFUSED)) {
    const value = others[name as keyof typeof REFUSED] ?? ''
    if (value !== '') throw new AppError('engine_unsupported', sentence, { pointer: `/${name}` })
  }
  if (!isRecord(input)) {
    const detail = input === undefined ? 'input is missing.' : 'input must be an object.'
    throw new AppError('invalid_request', detail, { pointer: '/input' })
  }
  const { ttl, lowPriority } = policy ?? {}
  return {
    input: {
      // Members of the request override the policy.
      ...(ttl == null ? {} : { deadline_s: ttl / 1000 }),
      ...(lowPriority === true ? { priority: 'low' } : {}),
      ...(webhook == null || webhook === '' ? {} : { webhook: { url: webhook } }),
      ...markForVolume(input, others.network_volume),
    },
  }
}
