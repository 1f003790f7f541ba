// HTTP by hand, for requests that no client would send.
import { connect, type Socket } from 'node:net'

export interface RawConnection {
  readonly socket: Socket
  write(text: string | Buffer): void
  /** Everything received so far. */
  received(): string
  /** Resolves when the server has closed the connection, with everything it sent. */
  readonly closed: Promise<string>
}

export function openRaw(url: string): RawConnection {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  // A server that rejects a request may reset what is still being sent.
  socket.on('error', () => {})
  const received = (): string => Buffer.concat(chunks).toString('latin1')
  return {
    socket,
    received,
    write: (text) => {
      if (socket.writable) socket.write(text)
    },
    closed: new Promise((resolve) => socket.on('close', () => resolve(received()))),
  }
}

/** The head of a POST, with its empty line. */
export function head(path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ Host: 'localhost', ...headers })
  return `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

/** Status and problem of an answer that was received by hand. */
export function parseRaw(text: string): { status: number; body: Record<string, unknown> } {
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  return { status: Number(text.split(' ')[1]), body: body.startsWith('{') ? JSON.parse(body) : {} }
}
