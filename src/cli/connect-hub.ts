// Connects a command to a hub: the options that name the hub, its client, and the client's errors as errors of this program, with
// their exit codes.
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
import type { Invocation, OptionDefinitions } from './command.ts'

export const HUB_OPTIONS = {
  url: {
    value: 'URL',
    help: 'The hub (default INFINITETALK_URL, the one of "infinitetalk login", or one on this machine).',
  },
  token: {
    value: 'TOKEN',
    help: 'API key of the hub (default INFINITETALK_TOKEN, or that of "infinitetalk login").',
  },
} satisfies OptionDefinitions

type HubInvocation = Pick<Invocation<typeof HUB_OPTIONS>, 'options' | 'services'>

/** The statuses of a proxy whose hub is gone. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

/** @throws AppError for every failure of the hub or of the connection to it */
export async function withHub<T>(
  { options, services }: HubInvocation,
  work: (client: InfiniteTalkClient) => Promise<T>,
): Promise<T> {
  try {
    const address = services.hubAddress(hubUrl(options.url))
    const token = options.token ?? address.token ?? undefined
    return await work(createClient({ baseUrl: address.url, token }))
  } catch (error) {
    throw error instanceof InfiniteTalkError ? toHubError(error) : error
  }
}

/** @throws AppError `usage` */
function hubUrl(url: string | undefined): string | undefined {
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

/** The code of the hub; for a code of a newer hub, the nearest by its status. */
function codeOf(error: InfiniteTalkError): ErrorCode {
  const known = ERROR_CODES.find((code) => code === error.code)
  if (known !== undefined) return known
  const status = error.status ?? 500
  if (error.problem === null && GATEWAY_STATUSES.has(status)) return 'server_unreachable'
  if (status === 401) return 'unauthenticated'
  if (status === 404) return 'route_not_found'
  return status < 500 ? 'invalid_request' : 'internal_error'
}

/** The hub logs its own failures with this id. */
function withRequestId(error: InfiniteTalkError): string {
  const named = error instanceof ApiError && error.status >= 500 && error.requestId !== null
  return named ? `${error.message} (request ${error.requestId})` : error.message
}
