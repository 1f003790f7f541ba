// A hub that does exactly what a test wants, over real sockets: for the faults that a good hub does not have.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createClient, type InfiniteTalkClient } from '../../packages/client/src/index.ts'

export interface SeenRequest {
  /** Method and path with query, e.g. `GET /v1/jobs?limit=2`. */
  readonly line: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface ScriptedHub {
  readonly url: string
  readonly requests: readonly SeenRequest[]
  /** A client that does not wait long between its tries. */
  readonly client: InfiniteTalkClient
  /** Requests to this method and path. */
  to(line: string): readonly SeenRequest[]
}

/** @param earlier requests to the same line before this one */
export type Script = (
  request: SeenRequest,
  response: ServerResponse,
  earlier: number,
) => void | Promise<void>

export async function createScriptedHub(
  script: Script,
  options: { readonly timeoutMs?: number; readonly maxRetries?: number } = {},
): Promise<ScriptedHub> {
  const requests: SeenRequest[] = []
  const server = createServer(async (incoming, response) => {
    const line = `${incoming.method} ${incoming.url}`
    const earlier = requests.filter((request) => request.line === line).length
    const pieces: Buffer[] = []
    try {
      for await (const piece of incoming) pieces.push(piece)
    } catch {
      // Cut off while sending: what came is still a request that was seen.
    }
    const request = { line, headers: incoming.headers, body: Buffer.concat(pieces) }
    requests.push(request)
    await script(request, response, earlier)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    requests,
    client: createClient({ baseUrl: url, retryDelayMs: 1, ...options }),
    to: (line) => requests.filter((request) => request.line === line),
  }
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

export function sendProblem(
  response: ServerResponse,
  status: number,
  problem: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = {
    status,
    title: 'No',
    detail: 'It is so.',
    hint: 'Do it.',
    retryable: false,
    ...problem,
  }
  response
    .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    .end(JSON.stringify(body))
}

/** The connection ends as it does when a machine dies: at once, without a word. */
export function cut(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}

/** The URL of a port where nobody listens. */
export async function closedPort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return `http://127.0.0.1:${port}`
}
