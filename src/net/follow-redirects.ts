// Follows redirects by hand: each hop is a new URL from a stranger and passes every check again. A hop from https to http is
// rejected, because it would send a private request in the clear.
import { AppError } from '../domain/errors.ts'
import { checkUrl } from './check-url.ts'
import type { NetworkGuard } from './guarded-connector.ts'
import { type GuardedResponse, guardedRequest } from './guarded-request.ts'

const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * GETs a URL and follows at most `maxRedirects` redirects. The caller closes the response.
 *
 * @throws AppError `url_*`; `url_forbidden_redirect` when a redirect leads to a forbidden URL
 */
export async function getFollowingRedirects(
  url: string,
  maxRedirects: number,
  guard: NetworkGuard,
  signal: AbortSignal,
): Promise<GuardedResponse> {
  let response = await guardedRequest({ url, method: 'GET', signal }, guard)
  for (let hop = 1; REDIRECT_STATUSES.has(response.status); hop += 1) {
    await response.close()
    if (hop > maxRedirects) {
      throw new AppError(
        'url_too_many_redirects',
        `The URL redirects more than ${maxRedirects} times.`,
      )
    }
    response = await takeHop(response, guard, signal)
  }
  return response
}

async function takeHop(
  from: GuardedResponse,
  guard: NetworkGuard,
  signal: AbortSignal,
): Promise<GuardedResponse> {
  try {
    const url = redirectTarget(from, guard)
    return await guardedRequest({ url, method: 'GET', signal }, guard)
  } catch (error) {
    throw isRefusal(error) ? forbiddenRedirect(error) : error
  }
}

function redirectTarget({ url, headers, status }: GuardedResponse, guard: NetworkGuard): URL {
  const { location } = headers
  if (location === undefined) {
    throw new AppError('url_http_error', `"${url.host}" sent status ${status} without a location.`)
  }
  // Header bytes arrive as Latin-1, one character per byte; servers that do not escape send UTF-8.
  const target = checkUrl(Buffer.from(location, 'latin1').toString('utf8'), guard.policy, url)
  if (url.protocol === 'https:' && target.protocol === 'http:') {
    throw new AppError('url_forbidden_scheme', 'It leads from https back to http.')
  }
  return target
}

function isRefusal(error: unknown): error is AppError {
  return (
    error instanceof AppError &&
    (error.code === 'url_invalid' || error.code.startsWith('url_forbidden_'))
  )
}

function forbiddenRedirect(refusal: AppError): AppError {
  return new AppError(
    'url_forbidden_redirect',
    `The URL redirects to one that is refused. ${refusal.detail}`,
    {
      cause: refusal,
      meta: { ...refusal.meta, refusedAs: refusal.code },
    },
  )
}
