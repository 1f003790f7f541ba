// Requests by undici's own interface, for servers that are asked thousands of times: what fetch() leaves of each request lives until a
// full garbage collection. Redirects are not followed.
import { Agent, FormData, request } from 'undici'
import type { StreamedAnswer } from './bounded-answer.ts'
import { USER_AGENT } from './user-agent.ts'

/** The form that these requests can send. */
export { FormData }

export interface LightRequest {
  readonly url: string
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | FormData
  /** Also ends the reading of the body. */
  readonly signal: AbortSignal
}

/** Not the agent of the whole process: that is Node's, once fetch() was called, and sends no form of this undici. */
const AGENT = new Agent()

/** @throws Error of the connection, or the reason of the signal */
export async function sendLightly(sent: LightRequest): Promise<StreamedAnswer> {
  const { url, headers, ...options } = sent
  const answer = await request(url, {
    ...options,
    dispatcher: AGENT,
    headers: { 'user-agent': USER_AGENT, ...headers },
  })
  return {
    status: answer.statusCode,
    headers: {
      get(name) {
        const value = answer.headers[name]
        return (Array.isArray(value) ? value[0] : value) ?? null
      },
    },
    body: Object.assign(answer.body, { cancel: () => answer.body.dump() }),
  }
}
