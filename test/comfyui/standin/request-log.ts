// The log of all requests to the stand-in, so that a test can count them and see their content.
import type { IncomingMessage } from 'node:http'

export interface LoggedRequest {
  /** `WS` for a WebSocket handshake. */
  readonly method: string
  /** Without query and without the prefix `/api`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingMessage['headers']
  /** JSON when it was JSON; a form's parts with their sizes; null without a body. */
  readonly body: unknown
  readonly bodyBytes: number
  readonly atMs: number
  /** Null until answered. */
  status: number | null
}

export function logRequest(
  log: LoggedRequest[],
  request: IncomingMessage,
  { method, body, bodyBytes }: { method: string; body: unknown; bodyBytes: number },
): LoggedRequest {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const entry: LoggedRequest = {
    method,
    path: plainPath(url.pathname),
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body,
    bodyBytes,
    atMs: performance.now(),
    status: null,
  }
  log.push(entry)
  return entry
}

/** Every route exists with and without `/api`; the jobs only with. */
export function plainPath(path: string): string {
  return path.startsWith('/api/') && !path.startsWith('/api/jobs') ? path.slice(4) : path
}
