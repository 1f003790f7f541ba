// The format of answers: content types and bodies of the recorded servers, and aiohttp's own texts for uncaught errors.
import type { ServerResponse } from 'node:http'
import { type CannedAnswer, SERVER_ERROR } from './faults.ts'

export class Answer {
  readonly #response: ServerResponse
  readonly #headers: Readonly<Record<string, string>>

  constructor(response: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#response = response
    this.#headers = headers
  }

  json(body: unknown, status = 200): void {
    const text = JSON.stringify(body)
    this.#write(status, { 'content-type': 'application/json; charset=utf-8' }, text)
  }

  text(body: string, status: number): void {
    this.#write(status, { 'content-type': 'text/plain; charset=utf-8' }, body)
  }

  empty(status = 200): void {
    this.#write(status, {}, '')
  }

  canned({ status, contentType, body }: CannedAnswer): void {
    this.#write(status, { 'content-type': contentType }, body)
  }

  /** Python's exception during the request. */
  crash(): void {
    this.canned(SERVER_ERROR)
  }

  #write(status: number, headers: Readonly<Record<string, string>>, body: string): void {
    this.#response.writeHead(status, {
      ...this.#headers,
      ...headers,
      'content-length': Buffer.byteLength(body),
    })
    this.#response.end(body)
  }
}

const POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self' data:; frame-src 'self'; object-src 'self';"

/** Sent with every answer. */
export function commonHeaders(secured: boolean): Readonly<Record<string, string>> {
  const server = { server: 'Python/3.11 aiohttp/3.14.3' }
  return secured ? { ...server, 'content-security-policy': POLICY } : server
}
