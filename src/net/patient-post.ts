// A request whose answer may take half an hour to begin, because the endpoint renders while its caller waits. Node's own fetch
// fails after five minutes.
import { Agent, request } from 'undici'
import { USER_AGENT } from './user-agent.ts'

export interface PatientPost {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Maximum bytes of the answer. */
  readonly maxBytes: number
  /** Deadline for the complete answer. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface PatientAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** No redirect is followed. @throws Error of the connection; RangeError for an answer that is too long */
export async function postPatiently(post: PatientPost): Promise<PatientAnswer> {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  try {
    const { statusCode, headers, body } = await request(post.url, {
      method: 'POST',
      headers: { 'user-agent': USER_AGENT, ...post.headers },
      body: post.body,
      signal: AbortSignal.any([post.signal, AbortSignal.timeout(post.timeoutMs)]),
      dispatcher: agent,
    })
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > post.maxBytes) throw new RangeError(`more than ${post.maxBytes} bytes`)
      chunks.push(chunk)
    }
    return { status: statusCode, headers, text: Buffer.concat(chunks).toString('utf8') }
  } finally {
    await agent.destroy()
  }
}
