// What a caller sent, out of the form in which Beam's gateway hands it on: `{"args": null | [...], "kwargs": {...}}`, with
// `callback_url` among the arguments where a caller wants to hear of the end himself.
import { isRecord } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'

export interface Call {
  /** The request, as our own API takes it. */
  readonly input: unknown
  /** null when the caller named none. */
  readonly callbackUrl: string | null
}

/** @throws AppError `invalid_request` */
export function unwrapCall(message: unknown): Call {
  if (!isRecord(message)) throw new AppError('invalid_request', 'The task is no JSON object.')
  const { args, kwargs } = message
  const named = isRecord(kwargs) ? kwargs : {}
  const [first] = Array.isArray(args) ? (args as readonly unknown[]) : []
  const given = Object.keys(named).length === 0 && isRecord(first) ? first : named
  const { callback_url: callbackUrl = null, ...input } = given
  if (callbackUrl !== null && typeof callbackUrl !== 'string') {
    throw new AppError('invalid_request', 'callback_url must be text.', {
      pointer: '/callback_url',
    })
  }
  return { input, callbackUrl }
}
