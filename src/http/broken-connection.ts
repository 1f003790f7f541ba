// Answers connections that never became a request: a header that is too long or too slow, or no HTTP. Node closes them; this
// sends a problem first.
import type { Socket } from 'node:net'
import { type ErrorCode, PROBLEM_CONTENT_TYPE } from '@infinitetalk/contract'
import { AppError, describeError } from '../domain/errors.ts'

const MEANINGS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['header_too_large', 'The header of the request has more than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The header of the request arrived too slowly.'],
}

export function refuseBrokenConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [code, detail] = MEANINGS[error.code ?? ''] ?? ['request_malformed', 'This is not HTTP.']
  const problem = describeError(new AppError(code, detail))
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}
