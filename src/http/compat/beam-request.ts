// The body as Beam's gateway takes it: the arguments of a handler, bare or inside `kwargs`. The gateway drops what stands beside
// `kwargs` in silence; here it is refused by name, because a request that is half read makes another video than was asked for.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'

/** @returns the request as the contract reads it @throws AppError `invalid_request`, `unknown_field`, `engine_unsupported` */
export function unwrapArguments(sent: unknown): unknown {
  if (!isRecord(sent)) return sent
  const { args, kwargs, ...beside } = sent
  if (args === undefined && kwargs === undefined) return withoutCallback(sent)
  const [stranger] = Object.keys(beside).filter((name) => name !== 'callback_url')
  if (stranger !== undefined) {
    const detail = `Beside "args" and "kwargs" there is no member "${stranger.slice(0, 80)}".`
    throw new AppError('unknown_field', detail)
  }
  withoutCallback(beside)
  return withoutCallback(argumentsIn(args ?? null, kwargs ?? null))
}

/** A handler takes its arguments by name; one object in `args` is taken for all of them. */
function argumentsIn(args: unknown, kwargs: unknown): Readonly<Record<string, unknown>> {
  const list = args ?? []
  if (!Array.isArray(list)) throw invalid('"args" must be a list.', '/args')
  if (kwargs !== null && !isRecord(kwargs)) throw invalid('"kwargs" must be an object.', '/kwargs')
  if (list.length === 0) return kwargs ?? {}
  const [only] = list
  const isAll = list.length === 1 && isRecord(only) && Object.keys(kwargs ?? {}).length === 0
  if (isAll) return only
  throw invalid('The members of a request have names: put them in "kwargs".', '/args')
}

function withoutCallback(body: Readonly<Record<string, unknown>>): unknown {
  if (body.callback_url === undefined) return body
  const { callback_url, ...rest } = body
  if (callback_url === null) return rest
  const detail =
    'This version does not call "callback_url" yet: ask for the task, or subscribe to it.'
  throw new AppError('engine_unsupported', detail, { pointer: '/callback_url' })
}

function invalid(detail: string, pointer: string): AppError {
  return new AppError('invalid_request', detail, { pointer })
}
