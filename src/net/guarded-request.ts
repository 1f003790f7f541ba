// One HTTP request to a user-supplied URL, on a connection of its own: nothing is reused, so every request is checked anew,
// and proxies of the environment are ignored. Redirects are answers like any other: webhooks never follow them, the guarded
// fetch follows them by hand. The caller's signal sets the deadline.
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { Client } from 'undici'
import { checkUrl } from './check-url.ts'
import { guardedConnector, type NetworkGuard } from './guarded-connector.ts'
import { toUrlError } from './to-url-error.ts'
import { USER_AGENT } from './user-agent.ts'

/** Servers send a few hundred bytes; most of them accept 16 KiB themselves. */
const MAX_HEADER_BYTES = 16 * 1024

export interface GuardedRequest {
  readonly url: string | URL
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly headers?: Readonly<Record<string, string>>
  /** A stream is sent as it is read; its length has to be in the headers. */
  readonly body?: string | Uint8Array | Readable
  /** Aborting it closes the connection at once; its reason is what is thrown. */
  readonly signal: AbortSignal
}

export interface GuardedResponse {
  readonly url: URL
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Raw bytes, with back-pressure while nobody reads. */
  readonly body: Readable
  /** Closes the connection. Callers must call it whether or not they read the body. */
  close(): Promise<void>
}

/**
 * Sends a request and answers as soon as the response's headers are there, whatever their status.
 *
 * @throws AppError `url_*`, or the reason of the signal
 */
export async function guardedRequest(
  request: GuardedRequest,
  guard: NetworkGuard,
): Promise<GuardedResponse> {
  const { signal } = request
  signal.throwIfAborted()
  const url = checkUrl(String(request.url), guard.policy)
  const client = new Client(url.origin, {
    connect: guardedConnector(guard, signal),
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  // A request that still waits for its connection does not see its own signal: closing the client is what ends it.
  const abort = (): void => void client.destroy(asError(signal.reason))
  signal.addEventListener('abort', abort, { once: true })
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', abort)
    await client.destroy()
  }
  try {
    const response = await client.request({
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers: {
        'user-agent': USER_AGENT,
        accept: '*/*',
        'accept-encoding': 'identity',
        ...request.headers,
      },
      body: request.body ?? null,
      reset: true,
    })
    return {
      url,
      status: response.statusCode,
      headers: response.headers,
      body: response.body.on('error', ignoreLateError),
      close,
    }
  } catch (error) {
    await close()
    throw signal.aborted ? signal.reason : toUrlError(error, url)
  }
}

/** A body without a reader fails when its connection is closed; a reader gets the error as well. */
function ignoreLateError(): void {}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
