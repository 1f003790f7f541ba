// The WebSocket side: one socket per client id, and ComfyUI's bug with it: when an old socket of an id closes, the id is forgotten,
// even if a new socket has long replaced it. The new socket stays open and never receives anything again.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import sharp from 'sharp'
import { WebSocket, WebSocketServer } from 'ws'

/** Binary event: a picture, followed by its format (JPEG). */
const PREVIEW_HEADER = [0, 0, 0, 1, 0, 0, 0, 1]
/** As small as that of a latent. */
const PREVIEW_SIZE = { width: 104, height: 60, channels: 3, background: '#b0a090' } as const

/** Binary event: text for a node. */
const TEXT_EVENT = 3

export interface SocketGreeting {
  /** Messages for a client that connects: the queue's status, and the node being executed if the prompt is that client's. */
  readonly messages: (clientId: string) => readonly SocketMessage[]
  /** The answer to a client that names its features first. */
  readonly features: () => Readonly<Record<string, unknown>>
}

export interface SocketMessage {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export class Sockets {
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false })
  readonly #byClient = new Map<string, WebSocket>()
  readonly #open = new Set<WebSocket>()
  readonly #frozen = new WeakSet<WebSocket>()
  readonly #greeting: SocketGreeting
  #silent = false

  previewsSent = 0

  constructor(greeting: SocketGreeting) {
    this.#greeting = greeting
  }

  /** The number of open sockets, deaf ones included. */
  get size(): number {
    return this.#open.size
  }

  /** A silent server accepts sockets and sends nothing, not even its status. */
  setSilent(silent: boolean): void {
    this.#silent = silent
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      const query = new URL(request.url ?? '/', 'http://localhost').searchParams
      this.#register(opened, query.get('clientId') || randomUUID().replaceAll('-', ''))
    })
  }

  send(clientId: string | null, message: SocketMessage): void {
    if (clientId === null) return
    this.#sendTo(this.#byClient.get(clientId), JSON.stringify(message))
  }

  broadcast(message: SocketMessage): void {
    const text = JSON.stringify(message)
    for (const socket of this.#byClient.values()) this.#sendTo(socket, text)
  }

  /** Arbitrary bytes, for clients that must survive them. */
  sendRaw(clientId: string, content: string | Buffer): void {
    this.#sendTo(this.#byClient.get(clientId), content)
  }

  sendPreview(clientId: string | null): void {
    if (clientId === null) return
    this.previewsSent += 1
    const picture = sharp({ create: PREVIEW_SIZE }).jpeg().toBuffer()
    void picture.then((jpeg) =>
      this.sendRaw(clientId, Buffer.concat([Buffer.from(PREVIEW_HEADER), jpeg])),
    )
  }

  sendText(clientId: string | null, nodeId: string, text: string): void {
    if (clientId === null) return
    const id = Buffer.from(nodeId)
    const header = Buffer.alloc(8)
    header.writeUInt32BE(TEXT_EVENT, 0)
    header.writeUInt32BE(id.length, 4)
    this.#sendTo(this.#byClient.get(clientId), Buffer.concat([header, id, Buffer.from(text)]))
  }

  /** Without a closing frame, as when a process dies or a wire is cut. */
  terminateAll(): void {
    for (const socket of this.#open) socket.terminate()
  }

  closeAll(code = 1000): void {
    for (const socket of this.#open) socket.close(code)
  }

  /** From now on these connections are neither read nor written, so nobody sees them close. */
  freezeAll(): void {
    for (const socket of this.#open) {
      socket.pause()
      this.#frozen.add(socket)
    }
  }

  #register(socket: WebSocket, clientId: string): void {
    this.#byClient.set(clientId, socket)
    this.#open.add(socket)
    socket.on('ping', (data) => {
      if (!this.#frozen.has(socket)) socket.pong(data)
    })
    socket.on('error', () => socket.terminate())
    socket.once('message', (data) => this.#answerFeatures(socket, String(data)))
    socket.on('close', () => {
      this.#open.delete(socket)
      this.#byClient.delete(clientId)
    })
    for (const message of this.#greeting.messages(clientId)) {
      this.#sendTo(socket, JSON.stringify(message))
    }
  }

  #answerFeatures(socket: WebSocket, text: string): void {
    let type: unknown
    try {
      type = JSON.parse(text).type
    } catch {
      return
    }
    if (type !== 'feature_flags') return
    this.#sendTo(socket, JSON.stringify({ type, data: this.#greeting.features() }))
  }

  #sendTo(socket: WebSocket | undefined, content: string | Buffer): void {
    if (this.#silent || socket === undefined || this.#frozen.has(socket)) return
    if (socket.readyState === WebSocket.OPEN) socket.send(content)
  }
}
