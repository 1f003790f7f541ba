// Connects a command to a hub: the options that name the hub, the client for it, and what went wrong in
// the words of this program, with its exit codes.
import {
  AbortedError,
  ApiError,
  ConnectionError,
  createClient,
  type InfiniteTalkClient,
  InfiniteTalkError,
  JobFailedError,
} from '@infinitetalk/client'
import { ERROR_CODES, type ErrorCode } from '@infinitetalk/contract/plain'
import { AppError } from '../domain/errors.ts'
import type { Invocation, OptionDefinition, ParsedArguments } from './command.ts'

export const HUB_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'url',
    value: 'URL',
    help: 'The hub (default INFINITETALK_URL, or one on this machine).',
  },
  { name: 'token', value: 'TOKEN', help: 'API key of the hub (default INFINITETALK_TOKEN).' },
]

/** The statuses of a proxy that has nothing behind it. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

/** @throws AppError for whatever goes wrong at the hub or on the way to it */
export async function withHub<T>(
  { arguments: given, services }: Invocation,
  work: (client: InfiniteTalkClient) => Promise<T>,
): Promise<T> {
  try {
    const address = services.hubAddress()
    const token = given.text('token') ?? address.token ?? undefined
    return await work(createClient({ baseUrl: hubUrl(given) ?? address.url, token }))
  } catch (error) {
    throw error instanceof InfiniteTalkError ? toHubError(error) : error
  }
}

/** @throws AppError `usage` */
function hubUrl(given: ParsedArguments): string | undefined {
  const url = given.text('url')
  if (url === undefined || /^https?:\/\/./i.test(url)) return url
  const isBare = !url.includes('://') && URL.canParse(`http://${url}`)
  const meant = isBare ? ` Did you mean http://${url}?` : ''
  throw new AppError('usage', `--url needs a complete URL that begins with http://.${meant}`)
}

export function toHubError(error: InfiniteTalkError): AppError {
  const { code, problem, message: detail } = error
  if (error instanceof AbortedError) return new AppError('canceled', detail, { cause: error })
  if (error instanceof ConnectionError || code === 'unexpected_answer') {
    return new AppError('server_unreachable', detail, { cause: error })
  }
  if (error instanceof JobFailedError && error.job.status === 'canceled') {
    return new AppError('job_canceled', `${error.job.id} was canceled.`, { cause: error })
  }
  if (code === 'invalid_argument') return new AppError('usage', detail, { cause: error })
  const options = {
    cause: error,
    ...(problem?.pointer === undefined ? {} : { pointer: problem.pointer }),
    ...(problem?.errors === undefined ? {} : { meta: { errors: problem.errors } }),
  }
  return new AppError(codeOf(error), withRequestId(error), options)
}

/** One of ours; for a code that a newer hub may have, the nearest by its status. */
function codeOf(error: InfiniteTalkError): ErrorCode {
  const known = ERROR_CODES.find((code) => code === error.code)
  if (known !== undefined) return known
  const status = error.status ?? 500
  if (error.problem === null && GATEWAY_STATUSES.has(status)) return 'server_unreachable'
  if (status === 401) return 'unauthenticated'
  if (status === 404) return 'route_not_found'
  return status < 500 ? 'invalid_request' : 'internal_error'
}

/** The hub's own failures are in its log, under this name. */
function withRequestId(error: InfiniteTalkError): string {
  const named = error instanceof ApiError && error.status >= 500 && error.requestId !== null
  return named ? `${error.message} (request ${error.requestId})` : error.message
}
