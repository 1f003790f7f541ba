// An HTTP server on a fixed port: it can go away and come back, records its requests and can lose answers.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface WebRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly reply: ServerResponse
}

export type WebAnswer =
  | { readonly status: number; readonly json: unknown; readonly headers?: Record<string, string> }
  /** With `cutAfter` the connection breaks after that many bytes. */
  | { readonly bytes: Buffer; readonly cutAfter: number | null }
  /** The connection breaks. */
  | 'lost'
  /** The handler writes by itself. */
  | 'streamed'

export class WebStand {
  readonly #handle: (request: WebRequest) => WebAnswer
  readonly #asked: string[] = []
  #sentBytes = 0
  #server: Server | null = null
  #port = 0

  private constructor(handle: (request: WebRequest) => WebAnswer) {
    this.#handle = handle
  }

  static async open(handle: (request: WebRequest) => WebAnswer): Promise<WebStand> {
    const stand = new WebStand(handle)
    await stand.comeBack()
    return stand
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** `METHOD /path`, in order. */
  get asked(): readonly string[] {
    return this.#asked
  }

  /** Bytes of files sent, broken answers included. */
  get sentBytes(): number {
    return this.#sentBytes
  }

  count(pattern: RegExp): number {
    return this.#asked.filter((line) => pattern.test(line)).length
  }

  async goAway(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server === null) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  async comeBack(): Promise<void> {
    const server = createServer((request, reply) => {
      void this.#answer(request, reply)
    })
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  async #answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const { method = 'GET', headers } = request
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    this.#asked.push(`${method} ${pathname}`)
    const body = Buffer.concat(chunks)
    const asked = { method, path: pathname, query: searchParams, headers, body, reply }
    const answer = this.#handle(asked)
    if (answer === 'lost') reply.destroy()
    else if (answer !== 'streamed' && 'json' in answer) sendJson(reply, answer)
    else if (answer !== 'streamed') {
      this.#sentBytes += sendBytes(asked, answer.bytes, answer.cutAfter)
    }
  }
}

export const json = (status: number, body: unknown): WebAnswer => ({ status, json: body })

function sendJson(
  reply: ServerResponse,
  { status, json, headers }: Extract<WebAnswer, { readonly json: unknown }>,
): void {
  reply
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(json))
}

/** Bytes, or a range of them if one is requested. */
function sendBytes({ headers, reply }: WebRequest, bytes: Buffer, cutAfter: number | null): number {
  const etag = `"${bytes.length}"`
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
  if (from > 0 && from >= bytes.length) {
    reply.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    return 0
  }
  const isPart = from > 0 && [undefined, etag].includes(headers['if-range'] as string | undefined)
  const rest = isPart ? bytes.subarray(from) : bytes
  reply.writeHead(isPart ? 206 : 200, {
    'content-type': 'video/mp4',
    'content-length': rest.length,
    etag,
    ...(isPart ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
  })
  if (cutAfter === null) {
    reply.end(rest)
    return rest.length
  }
  reply.write(rest.subarray(0, cutAfter), () => reply.destroy())
  return cutAfter
}
