// One request to a service that renders for us: with a deadline, its answer bounded, and every way to fail told as one error.
// No redirect is followed: the token goes to the address that the operator named and to no other.
import { isRecord } from '@infinitetalk/contract'
import { abortError } from '../../async/abort-error.ts'
import { AppError } from '../../domain/errors.ts'
import { causeOf, readBoundedText } from '../../net/bounded-answer.ts'
import { USER_AGENT } from '../../net/user-agent.ts'

export interface CloudAddress {
  /** As a person knows the service: `Beam`. */
  readonly title: string
  /** http or https, without a slash at its end. */
  readonly url: string
  readonly token: string
  /** The setting that holds the token, for the sentence that says it is wrong. */
  readonly tokenSetting: string
}

export interface CloudRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With the leading slash, its query included. */
  readonly path: string
  /** Sent as JSON when it is text. */
  readonly body?: string | Blob
  readonly signal: AbortSignal
  /** Until the answer is complete. */
  readonly timeoutMs?: number
  readonly maxBytes?: number
}

export interface CloudAnswer {
  readonly status: number
  readonly text: string
  /** undefined when the text is no JSON. */
  readonly json: unknown
}

const TIMEOUT_MS = 30_000
/** A result may hold a short video as base64; a long one comes by URL. */
const MAX_BYTES = 64 * 1024 * 1024

/** Errors of a connection that was never made: the service cannot have heard anything. */
const NEVER_HEARD: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** @throws AppError `engine_unreachable`, or what the signal was aborted with */
export async function ask(address: CloudAddress, request: CloudRequest): Promise<CloudAnswer> {
  const deadline = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS)
  const signal = AbortSignal.any([request.signal, deadline])
  try {
    const response = await open(address, request, signal)
    const text = await readBoundedText(response, request.maxBytes ?? MAX_BYTES, address.title)
    return { status: response.status, text, json: parseJson(text) }
  } catch (thrown) {
    throw toRequestError(thrown, address, request)
  }
}

/** The answer as it comes, for who reads the body alone. The signal ends the reading as well. */
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

/** Whether the service certainly knows nothing of a request that failed. */
export function wasNeverHeard({ meta }: AppError): boolean {
  return meta.neverHeard === true
}

/**
 * What an answer other than a success means, in its service's own words where it has some.
 *
 * @param what the thing that was asked for, for the sentence: `the task queue "talk"`
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
    const detail = `${title} at ${url} sends elsewhere (HTTP ${status}), and a token is not sent on: give the address it has now.`
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
  const detail = `${title} did not answer for ${what} as expected (HTTP ${status}${said}).`
  return new AppError('engine_failed', detail, { meta })
}

const MAX_WORDS = 300

function wordsOf(json: unknown, text: string): string {
  const words = isRecord(json) ? (json.errMsg ?? json.error ?? json.message) : undefined
  const said = typeof words === 'string' ? words : /^\s*</.test(text) ? '' : text
  const line = (said.trim().split('\n')[0] ?? '').slice(0, MAX_WORDS)
  return line === '' ? '' : `: ${line.replace(/\.$/, '')}`
}

/** undefined for a text that is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
