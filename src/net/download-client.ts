// Plain requests to hosts that the operator chose (the manifest, a mirror), over connections that are kept and reused: the
// many ranges of a large file cost one handshake a connection. Unlike the guarded fetch it may connect to any address, follows
// no redirect and keeps no file; every wait has a deadline.
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { type AppError, toAppError } from '../domain/errors.ts'
import { toUrlError } from './to-url-error.ts'
import { type TransferTimes, watchTransfer } from './transfer-watch.ts'
import { USER_AGENT } from './user-agent.ts'

export interface DownloadClientOptions {
  /** Maximum connections to one host. */
  readonly connections: number
  readonly connectTimeoutMs: number
  /** Proxies from the environment; undefined for none. */
  readonly proxy?: ProxySettings
}

export interface ProxySettings {
  readonly http?: string
  readonly https?: string
  /** Hosts to reach without the proxy, as in NO_PROXY. */
  readonly except?: string
}

export interface DownloadRequest {
  readonly url: URL
  readonly method: 'GET' | 'HEAD'
  readonly headers?: Readonly<Record<string, string>>
  /** Limits for the whole exchange and for silence within it. */
  readonly times: TransferTimes
  readonly signal: AbortSignal
}

export interface DownloadResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Raw bytes; errors are AppErrors. Callers read it to its end or call `discard`. */
  readonly body: AsyncIterable<Buffer>
  /** Ends the exchange and closes the connection unless the body was read. */
  discard(): void
}

export interface DownloadClient {
  /** @throws AppError `url_*`, `canceled` */
  send(request: DownloadRequest): Promise<DownloadResponse>
  close(): Promise<void>
}

/** Signed URLs in redirects come near 4 KiB each, and hosts send several such headers. */
const MAX_HEADER_BYTES = 64 * 1024
const MAX_DISCARDED_BYTES = 16 * 1024

export function createDownloadClient(options: DownloadClientOptions): DownloadClient {
  const { connections, connectTimeoutMs, proxy = {} } = options
  // Empty strings stop undici from reading the environment.
  const agent = new EnvHttpProxyAgent({
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.except ?? '',
    connections,
    connect: { timeout: connectTimeoutMs },
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return { send: (request) => send(agent, request), close: () => agent.destroy() }
}

async function send(agent: Dispatcher, request: DownloadRequest): Promise<DownloadResponse> {
  const { url, method, headers, times, signal } = request
  const watch = watchTransfer(signal, times)
  try {
    const response = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: {
        'user-agent': USER_AGENT,
        accept: '*/*',
        'accept-encoding': 'identity',
        ...headers,
      },
      signal: watch.signal,
    })
    watch.answered()
    const body = response.body.on('error', ignoreLateError)
    return {
      status: response.statusCode,
      headers: response.headers,
      body: watched(body, url, watch),
      discard: () => {
        watch.stop()
        // Reading a short rest keeps the connection for the next request; a long rest closes it.
        void response.body.dump({ limit: MAX_DISCARDED_BYTES }).catch(ignoreLateError)
      },
    }
  } catch (error) {
    watch.stop()
    throw failureOf(error, url, watch.signal)
  }
}

async function* watched(
  body: Readable,
  url: URL,
  watch: ReturnType<typeof watchTransfer>,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) {
      watch.received((chunk as Buffer).length)
      yield chunk as Buffer
    }
  } catch (error) {
    throw failureOf(error, url, watch.signal)
  } finally {
    watch.stop()
  }
}

function failureOf(error: unknown, url: URL, signal: AbortSignal): AppError {
  return signal.aborted ? toAppError(signal.reason) : toUrlError(error, url)
}

/** A body without a reader fails when it is discarded; a reader gets the error as well. */
function ignoreLateError(): void {}
