// One request to a service of the Comfy API v2: with a deadline, a bounded answer, and every failure as one error. The key goes to
// the configured origin alone; redirects are not followed.
import { isRecord } from '@infinitetalk/contract/plain'
import { Deadline } from '../../../async/deadline.ts'
import type { AppError } from '../../../domain/errors.ts'
import { readBoundedText } from '../../../net/bounded-answer.ts'
import { type FormData, sendLightly } from '../../../net/light-request.ts'
import type { ComfyAddress } from '../comfy-address.ts'
import { toRequestError } from '../comfy-request.ts'
import { explainRefusal } from './explain-refusal.ts'

export interface ServiceRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** A path below the address, or a link of an answer. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | FormData
  readonly signal: AbortSignal
  readonly timeoutMs?: number
}

export interface ServiceAnswer {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
}

/** Longer than a gateway that starts a container holds a request. */
const TIMEOUT_MS = 30_000
/** A job with the outputs of a window has some 50 KB. */
const MAX_BYTES = 16 * 1024 * 1024

/** @throws AppError `engine_unreachable`, of a refusal, or what the signal was aborted with */
export async function askService(
  address: ComfyAddress,
  request: ServiceRequest,
): Promise<ServiceAnswer> {
  const { method = 'GET', path, body, headers } = request
  using deadline = new Deadline(request.timeoutMs ?? TIMEOUT_MS, request.signal)
  try {
    const response = await sendLightly({
      url: resolveLink(address, path),
      method,
      headers: { ...address.headers, ...headers },
      signal: deadline.signal,
      ...(body === undefined ? {} : { body }),
    })
    const text = await readBoundedText(response, MAX_BYTES, address.title)
    const { status } = response
    const answer = { status, json: parse(text) }
    if (status >= 200 && status < 300 && (method === 'DELETE' || isRecord(parse(text))))
      return answer
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
    throw explainRefusal(address, { ...answer, retryAfter })
  } catch (thrown) {
    throw toRequestError(thrown, address, { method, path: pathOf(path), signal: request.signal })
  }
}

/** "Clients MUST resolve a host-relative link against the request origin, never against a configured base URL." */
export function resolveLink({ url }: ComfyAddress, link: string): string {
  if (link.startsWith('/api/v2/')) return `${url}${link}`
  return new URL(link, url).href
}

/** Whether a link may have the key. */
export function isOwnOrigin({ url }: ComfyAddress, link: string): boolean {
  return new URL(link, url).origin === new URL(url).origin
}

/** Whether the service certainly did not receive the request that failed. */
export function wasNeverHeard({ cause }: AppError): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && NEVER_HEARD.has(code)
}

const NEVER_HEARD: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The path of a link, without its query, which may be a signature. */
function pathOf(link: string): string {
  return (URL.parse(link)?.pathname ?? link).replace(/\?.*/, '')
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const json = JSON.parse(text) as unknown
    return isRecord(json) ? json : {}
  } catch {
    return {}
  }
}
