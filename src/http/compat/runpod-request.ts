// The envelope of RunPod's clients, and what its policy means here. What a hub does not do is refused by name: who asked to be
// called, or for a file in a bucket, would wait for it in vain.
import { isRecord, parseQuery, runpodEnvelopeSchema } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'
import { acceptRequest } from '../accept-request.ts'
import { markForVolume } from './network-volume.ts'

export interface RunpodRequest {
  readonly input: Readonly<Record<string, unknown>>
}

const REFUSED = {
  webhook: 'This version does not call "webhook" yet: ask for the status.',
  webhookV2: 'This version does not call "webhookV2" yet: ask for the status.',
  s3Config: 'This version does not put videos in a bucket: "s3Config" has no place here.',
} as const

/** @returns the request as the contract reads it @throws AppError `invalid_request`, `unknown_field`, `engine_unsupported` */
export function readEnvelope(sent: unknown): RunpodRequest {
  if (!isRecord(sent)) throw new AppError('invalid_request', 'The body must be an object.')
  const { input, policy, ...others } = acceptRequest(parseQuery(runpodEnvelopeSchema, sent))
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
      // The request's own word wins.
      ...(ttl == null ? {} : { deadline_s: ttl / 1000 }),
      ...(lowPriority === true ? { priority: 'low' } : {}),
      ...markForVolume(input, others.network_volume),
    },
  }
}
