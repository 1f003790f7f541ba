// One request to a service that renders for us: with a deadline, a bounded answer, and every failure as one error. Redirects are
// not followed: the token is sent only to the address that the operator configured.
import { isRecord } from '@infinitetalk/contract/plain'
import { abortError } from '../../async/abort-error.ts'
import { Deadline } from '../../async/deadline.ts'
import { AppError } from '../../domain/errors.ts'
import { causeOf, readBoundedText } from '../../net/bounded-answer.ts'
import { USER_AGENT } from '../../net/user-agent.ts'

export interface CloudAddress {
  /** The name that people know: `Beam`. */
  readonly title: string
  /** http or https, without a trailing slash. */
  readonly url: string
  readonly token: string
  /** The setting that holds the token, named in the error about a wrong token. */
  readonly tokenSetting: string
}

export interface CloudRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With the leading slash and the query. */
  readonly path: string
  /** Text is sent as JSON. */
  readonly body?: string | Blob
  readonly signal: AbortSignal
  /** Until the answer is complete. */
  readonly timeoutMs?: number
  readonly maxBytes?: number
}

export interface CloudAnswer {
  readonly status: number
  readonly text: string
  /** undefined when the text is not JSON. */
  readonly json: unknown
}

const TIMEOUT_MS = 30_000
/** A result may hold a short video as base64; a long one comes as a URL. */
const MAX_BYTES = 64 * 1024 * 1024

/** Errors of a connection that was never made: the service cannot have received anything. */
const NEVER_HEARD: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** @throws AppError `engine_unreachable`, or the reason of the signal */
export async function ask(address: CloudAddress, request: CloudRequest): Promise<CloudAnswer> {
  using deadline = new Deadline(request.timeoutMs ?? TIMEOUT_MS, request.signal)
  try {
    const response = await open(address, request, deadline.signal)
    const text = await readBoundedText(response, request.maxBytes ?? MAX_BYTES, address.title)
    return { status: response.status, text, json: parseJson(text) }
  } catch (thrown) {
    throw toRequestError(thrown, address, request)
  }
}

/** The answer as a stream, for callers that read the body themselves. The signal also ends the reading. */
export function open(
  { url, token }: CloudAddress,
  { method = 'GET', path, body }: CloudRequest,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: {
      'user-agent': USER_AGENT,
      authorization: `Bearer ${token}`,
      ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
    },
    redirect: 'manual',
    signal,
    ...(body === undefined ? {} : { body }),
  })
}

export function toRequestError(
  thrown: unknown,
  { title, url }: Pick<CloudAddress, 'title' | 'url'>,
  { method = 'GET', path, signal }: Pick<CloudRequest, 'method' | 'path' | 'signal'>,
): AppError {
  if (signal.aborted) return abortError(signal)
  if (thrown instanceof AppError) return thrown
  const what = `${method} ${path.replace(/\?.*/, '')}`
  const cause = causeOf(thrown)
  const detail =
    thrown instanceof Error && thrown.name === 'TimeoutError'
      ? `${title} at ${url} did not answer ${what} in time.`
      : `${title} at ${url} cannot be reached: ${what} failed (${cause}).`
  const meta = { neverHeard: NEVER_HEARD.has(cause) }
  return new AppError('engine_unreachable', detail, { cause: thrown, meta })
}

/** Whether the service certainly did not receive a request that failed. */
export function wasNeverHeard({ meta }: AppError): boolean {
  return meta.neverHeard === true
}

/**
 * The meaning of an answer that is not a success, in the service's own words if it has some.
 *
 * @param what the requested thing, for the sentence: `the task queue "talk"`
 */
export function explainAnswer(
  { title, url, tokenSetting }: CloudAddress,
  { status, text, json }: CloudAnswer,
  what: string,
): AppError {
  const meta = { status }
  const said = wordsOf(json, text)
  if (status === 401 || status === 403) {
    const detail = `${title} does not accept the token (HTTP ${status}): check ${tokenSetting}.`
    return new AppError('engine_unavailable', detail, { meta })
  }
  if (status >= 300 && status < 400) {
    const detail = `${title} at ${url} redirects (HTTP ${status}), and the token is not sent on: configure its new address.`
    return new AppError('engine_unavailable', detail, { meta })
  }
  if (status === 404 || status === 405) {
    return new AppError('engine_unavailable', `${title} does not have ${what} (HTTP ${status}).`, {
      meta,
    })
  }
  if (status === 413) {
    const detail = `${title} refused the request as too large (HTTP 413).`
    return new AppError('input_too_large', detail, { meta })
  }
  if (status === 429 || status >= 500) {
    const detail = `${title} cannot answer at the moment (HTTP ${status}${said}).`
    return new AppError('engine_unreachable', detail, { meta })
  }
  const detail = `${title} gave an unexpected answer for ${what} (HTTP ${status}${said}).`
  return new AppError('engine_failed', detail, { meta })
}

const MAX_WORDS = 300

function wordsOf(json: unknown, text: string): string {
  const words = isRecord(json) ? (json.errMsg ?? json.error ?? json.message) : undefined
  const said = typeof words === 'string' ? words : /^\s*</.test(text) ? '' : text
  const line = (said.trim().split('\n')[0] ?? '').slice(0, MAX_WORDS)
  return line === '' ? '' : `: ${line.replace(/\.$/, '')}`
}

/** undefined for a text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
