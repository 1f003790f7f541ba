// One request to ComfyUI: with a deadline, ended with the job, a bounded answer, and every failure as one error. Redirects are not
// followed: credentials are sent only to the address that the operator configured.
import { abortError } from '../../async/abort-error.ts'
import { Deadline } from '../../async/deadline.ts'
import { AppError } from '../../domain/errors.ts'
import { causeOf, readBoundedText, type StreamedAnswer } from '../../net/bounded-answer.ts'
import { type FormData, sendLightly } from '../../net/light-request.ts'
import type { ComfyAddress } from './comfy-address.ts'

export interface ComfyRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  /** With the leading slash, its query included. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | FormData
  readonly signal: AbortSignal
  /** Until the answer is complete. */
  readonly timeoutMs?: number
  readonly maxBytes?: number
}

export interface ComfyAnswer {
  readonly status: number
  readonly contentType: string | null
  readonly text: string
}

/** Answers from memory: ComfyUI gives them at once unless it hangs. Its event loop is held while it writes an upload. */
const TIMEOUT_MS = 20_000
/** The /object_info of a server with a hundred node packs has some 10 MB. */
const MAX_BYTES = 64 * 1024 * 1024

/** @throws AppError `engine_unreachable`, `canceled` or what the signal was aborted with */
export async function ask(address: ComfyAddress, request: ComfyRequest): Promise<ComfyAnswer> {
  using deadline = new Deadline(request.timeoutMs ?? TIMEOUT_MS, request.signal)
  try {
    const response = await open(address, request, deadline.signal)
    const text = await readBoundedText(response, request.maxBytes ?? MAX_BYTES, address.title)
    return { status: response.status, contentType: response.headers.get('content-type'), text }
  } catch (thrown) {
    throw toRequestError(thrown, address, request)
  }
}

/** The answer as a stream, for callers that read the body themselves. The signal also ends the reading. */
export function open(
  { url, headers: known }: ComfyAddress,
  { method = 'GET', path, headers, body }: ComfyRequest,
  signal: AbortSignal,
): Promise<StreamedAnswer> {
  return sendLightly({
    url: `${url}${path}`,
    method,
    headers: { ...known, ...headers },
    signal,
    ...(body === undefined ? {} : { body }),
  })
}

export function toRequestError(
  thrown: unknown,
  { url, title }: ComfyAddress,
  { method = 'GET', path, signal }: Pick<ComfyRequest, 'method' | 'path' | 'signal'>,
): AppError {
  if (signal.aborted) return abortError(signal)
  if (thrown instanceof AppError) return thrown
  const what = `${method} ${path.replace(/\?.*/, '')}`
  const detail =
    thrown instanceof Error && thrown.name === 'TimeoutError'
      ? `${title} at ${url} did not answer ${what} in time.`
      : `${title} at ${url} cannot be reached: ${what} failed (${causeOf(thrown)}).`
  return new AppError('engine_unreachable', detail, {
    cause: thrown,
    meta: { isConnectionLost: true },
  })
}

/** Nothing answers there: unlike an answer that is not ComfyUI's, or that lets nobody in. */
export function isConnectionLost(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.meta.isConnectionLost === true
}
