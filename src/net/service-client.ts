// Plain requests with any method to a service that the operator chose, over connections that are kept. It follows no redirect, and
// the body of an answer is a stream that a slow reader may pause.
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { Agent } from 'undici'
import { Deadline } from '../async/deadline.ts'
import { USER_AGENT } from './user-agent.ts'

export interface ServiceClientOptions {
  /** Maximum connections to one host. */
  readonly connections: number
  readonly connectTimeoutMs: number
  /** Longest silence in the body of an answer that somebody reads. */
  readonly idleTimeoutMs: number
}

export interface ServiceRequest {
  readonly url: URL
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  /** A stream is read to its end or destroyed; its length is in `content-length`. */
  readonly body: Uint8Array | Readable | null
  /** Time until the answer begins. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface ServiceResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Its reader reads it to the end or destroys it. */
  readonly body: Readable
}

export interface ServiceClient {
  /** @throws Error of the connection, or the reason of the signal */
  send(request: ServiceRequest): Promise<ServiceResponse>
  close(): Promise<void>
}

export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  const { connections, connectTimeoutMs, idleTimeoutMs } = options
  const agent = new Agent({
    connections,
    connect: { timeout: connectTimeoutMs },
    allowH2: false,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: idleTimeoutMs,
  })
  return {
    async send({ url, method, headers, body, timeoutMs, signal }) {
      const deadline = new Deadline(timeoutMs, signal)
      try {
        const answer = await agent.request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method,
          headers: { 'user-agent': USER_AGENT, ...headers },
          body,
          signal: deadline.signal,
        })
        deadline.meet()
        // A reader gets this error as well; without one it would end the process.
        answer.body.on('error', () => {})
        answer.body.once('close', () => deadline[Symbol.dispose]())
        return { status: answer.statusCode, headers: answer.headers, body: answer.body }
      } catch (thrown) {
        deadline[Symbol.dispose]()
        throw thrown
      }
    },
    close: () => agent.destroy(),
  }
}
