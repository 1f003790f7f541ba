// The body as Beam's gateway accepts it: the arguments of a handler, bare or inside `kwargs`. The gateway ignores members beside
// `kwargs`; the hub rejects them by name, because half a request makes the wrong video.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'

/** @returns the request as the contract reads it @throws AppError `invalid_request`, `unknown_field`, `engine_unsupported` */
export function unwrapArguments(sent: unknown): unknown {
  if (!isRecord(sent)) return sent
  const { args, kwargs, ...beside } = sent
  if (args === undefined && kwargs === undefined) return withWebhook(sent)
  const [stranger] = Object.keys(beside).filter((name) => name !== 'callback_url')
  if (stranger !== undefined) {
    const detail = `"${stranger.slice(0, 80)}" is unknown beside "args" and "kwargs".`
    throw new AppError('unknown_field', detail)
  }
  return withWebhook({ ...argumentsIn(args ?? null, kwargs ?? null), ...beside })
}

/** Arguments have names. One object in `args` counts as all of them. */
function argumentsIn(args: unknown, kwargs: unknown): Readonly<Record<string, unknown>> {
  const list = args ?? []
  if (!Array.isArray(list)) throw invalid('"args" must be a list.', '/args')
  if (kwargs !== null && !isRecord(kwargs)) throw invalid('"kwargs" must be an object.', '/kwargs')
  if (list.length === 0) return kwargs ?? {}
  const [only] = list
  const isAll = list.length === 1 && isRecord(only) && Object.keys(kwargs ?? {}).length === 0
  if (isAll) return only
  throw invalid('The members of a request need names: put them in "kwargs".', '/args')
}

/** The URL that a call of Beam names is the webhook of the job. */
function withWebhook(body: Readonly<Record<string, unknown>>): unknown {
  const { callback_url: url, ...rest } = body
  return url == null ? rest : { ...rest, webhook: { url } }
}

function invalid(detail: string, pointer: string): AppError {
  return new AppError('invalid_request', detail, { pointer })
}
