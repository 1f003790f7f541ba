// Reads a request's body up to the server's limit. Bytes beyond it are read and thrown away, so that a client that sends before it
// reads gets its 413.
import type { IncomingMessage } from 'node:http'

export interface Body {
  readonly content: Buffer
  readonly tooLarge: boolean
}

export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= maxBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  return { content: Buffer.concat(chunks), tooLarge: bytes > maxBytes }
}
