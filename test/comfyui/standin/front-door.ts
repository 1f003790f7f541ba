// The checks that every request and handshake passes first: the log, the faults that need no route, the checks of the real server.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Answer, commonHeaders } from './answers.ts'
import { type CannedAnswer, HTML_ANSWER } from './faults.ts'
import type { Life } from './life.ts'
import { parseMultipart } from './multipart.ts'
import { readBody } from './read-body.ts'
import { type LoggedRequest, logRequest, plainPath } from './request-log.ts'
import { findRoute, parseJson } from './routes.ts'
import type { Setup } from './setup.ts'

export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { setup, life, log }: { setup: Setup; life: Life; log: LoggedRequest[] },
): Promise<void> {
  const { content, tooLarge } = await readBody(request, setup.maxUploadBytes)
  const entry = logRequest(log, request, {
    method: request.method ?? 'GET',
    body: summarise(request, content),
    bodyBytes: content.length,
  })
  response.on('finish', () => {
    entry.status = response.statusCode
  })
  const headers = commonHeaders(setup.traits.securityHeaders)
  const answer = new Answer(response, headers)
  const { faults } = setup
  if (faults.current.notComfyUi) return answer.canned({ ...HTML_ANSWER, status: 404 })
  if (!isAuthorised(request, setup)) return answer.text('Unauthorized', 401)
  if (isForeignOrigin(request)) return answer.empty(403)
  if (request.method === 'OPTIONS') return answer.empty()
  if (tooLarge) {
    return answer.text(`Maximum request body size ${setup.maxUploadBytes} exceeded.`, 413)
  }
  const url = new URL(request.url ?? '/', 'http://localhost')
  const path = plainPath(url.pathname)
  const spoiled = request.method === 'POST' ? spoil(path, setup) : null
  if (spoiled !== null && spoiled !== 'lost') return answer.canned(spoiled)
  const found = findRoute(request.method ?? 'GET', path, setup.traits.hasJobs)
  if (found === null) {
    const isJob = request.method === 'POST' && path.startsWith('/api/jobs/')
    if (isJob) answer.text('405: Method Not Allowed', 405)
    else answer.canned({ status: 404, contentType: 'application/octet-stream', body: '' })
    return
  }
  // The route does its work, but its answer is lost.
  if (spoiled === 'lost') response.socket?.destroy()
  try {
    found.route({
      request,
      response,
      answer,
      query: url.searchParams,
      parameter: found.parameter,
      body: content,
      headers,
      setup,
      life,
    })
  } catch {
    answer.crash()
  }
}

/** A handshake, as far as the faults let it get. */
export function answerUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { setup, life, log }: { setup: Setup; life: Life; log: LoggedRequest[] },
): void {
  const entry = logRequest(log, request, { method: 'WS', body: null, bodyBytes: 0 })
  const { current } = setup.faults
  const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`)
  socket.on('error', () => socket.destroy())
  if (current.notComfyUi || plainPath(entry.path) !== '/ws') refuse('404 Not Found')
  else if (!isAuthorised(request, setup)) refuse('401 Unauthorized')
  else if (current.socket === 'refused' || isForeignOrigin(request)) refuse('403 Forbidden')
  else if (current.socket === 'never') {
    // The socket must be read, or the end of a client that gives up is never noticed and the server cannot close.
    socket.resume()
    socket.on('end', () => socket.destroy())
  } else {
    entry.status = 101
    life.sockets.setSilent(current.socket === 'silent')
    life.sockets.accept(request, socket, head)
    if (current.dropSocketsAt === 'open') life.sockets.terminateAll()
    if (current.freezeSocketsAt === 'open') life.sockets.freezeAll()
  }
}

function isAuthorised(request: IncomingMessage, { faults }: Setup): boolean {
  const { authorization } = faults.current
  return authorization === undefined || request.headers.authorization === authorization
}

/** A web page of another site must not reach a server on this machine. */
function isForeignOrigin({ headers }: IncomingMessage): boolean {
  if (headers.origin === undefined || headers.host === undefined) return false
  return new URL(headers.origin).host !== headers.host
}

function spoil(path: string, { faults }: Setup): CannedAnswer | 'lost' | null {
  const { prompt, promptTimes = Number.POSITIVE_INFINITY, upload } = faults.current
  if (path === '/upload/image') return upload ?? null
  if (path !== '/prompt' || prompt === undefined) return null
  return faults.strikes('prompt', promptTimes) ? prompt : null
}

/** JSON unchanged, a form by its parts. */
function summarise(request: IncomingMessage, content: Buffer): unknown {
  if (content.length === 0) return null
  const parts = parseMultipart(request.headers['content-type'] ?? '', content)
  if (parts !== null) {
    return parts.map(({ name, filename, content }) =>
      filename === null
        ? { name, value: content.toString('utf8') }
        : { name, filename, bytes: content.length },
    )
  }
  try {
    return parseJson(content)
  } catch {
    return content.subarray(0, MAX_SUMMARY_BYTES).toString('utf8')
  }
}

const MAX_SUMMARY_BYTES = 1000
