// The messages of ComfyUI about a running render: a hint that carries the progress and brings the next look forward, never the
// truth. The socket may fail, fall silent or never open; the render does not depend on it.
import { isRecord } from '@infinitetalk/contract/plain'
import { WebSocket } from 'ws'
import { pause } from '../../async/pause.ts'
import { USER_AGENT } from '../../net/user-agent.ts'
import type { ComfyAddress } from './comfy-address.ts'

export interface ComfyMessage {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** The last message about a prompt that ran. */
export const PROMPT_ENDS: ReadonlySet<string> = new Set([
  'execution_success',
  'execution_error',
  'execution_interrupted',
])

export interface SocketTimes {
  readonly handshakeMs: number
  readonly pingEveryMs: number
  /** Without a sign of life for so long the connection is dead, although nobody closed it. */
  readonly deadAfterMs: number
  readonly firstBackoffMs: number
  readonly longestBackoffMs: number
}

export const SOCKET_TIMES: SocketTimes = {
  handshakeMs: 5000,
  pingEveryMs: 10_000,
  deadAfterMs: 30_000,
  firstBackoffMs: 500,
  longestBackoffMs: 15_000,
}

export interface SourceOptions {
  readonly clientId: string
  readonly onMessage: (message: ComfyMessage) => void
  /** Takes binary messages: previews, and texts of nodes. */
  readonly onBytes?: (message: Buffer) => void
  readonly times?: SocketTimes
}

/** Brings the messages. */
export interface ProgressSource extends AsyncDisposable {
  /** Whether it would hear now. */
  readonly isOpen: boolean
  /**
   * Returns when the first connection is open or has failed: what is submitted afterwards is heard from its beginning.
   * Early when the signal is aborted.
   */
  settled(signal: AbortSignal): Promise<void>
  /** For an open one that hears nothing. */
  reconnect(): void
}

export interface ProgressSocketOptions extends SourceOptions {
  readonly address: ComfyAddress
}

/** A preview picture of a large video has some megabytes; everything else is small. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024

export class ProgressSocket implements ProgressSource {
  readonly #options: ProgressSocketOptions
  readonly #times: SocketTimes
  readonly #stop = new AbortController()
  readonly #settled = new AbortController()
  readonly #running: Promise<void>
  #socket: WebSocket | null = null

  /** Connects, and connects again for as long as it is not disposed of. */
  constructor(options: ProgressSocketOptions) {
    this.#options = options
    this.#times = options.times ?? SOCKET_TIMES
    this.#running = this.#run()
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  settled(signal: AbortSignal): Promise<void> {
    return untilAborted(AbortSignal.any([signal, this.#settled.signal]))
  }

  /** ComfyUI forgets a client whose earlier connection closes late. */
  reconnect(): void {
    this.#socket?.terminate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#socket?.terminate()
    await this.#running
  }

  async #run(): Promise<void> {
    const { firstBackoffMs, longestBackoffMs } = this.#times
    let backoffMs = firstBackoffMs
    while (!this.#stop.signal.aborted) {
      // The earlier socket is closed by now. Two with one client id leave the newer one deaf once the older one is closed.
      const wasOpen = await this.#connectOnce()
      this.#settled.abort()
      backoffMs = wasOpen ? firstBackoffMs : Math.min(backoffMs * 2, longestBackoffMs)
      await pause(backoffMs, this.#stop.signal).catch(() => {})
    }
  }

  /** From the handshake to the close. @returns whether it was ever open */
  async #connectOnce(): Promise<boolean> {
    const { address, clientId } = this.#options
    const socket = new WebSocket(socketUrl(address, clientId), {
      headers: { 'user-agent': USER_AGENT, ...address.headers },
      handshakeTimeout: this.#times.handshakeMs,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    })
    this.#socket = socket
    let wasOpen = false
    // Every error is followed by a close.
    socket.on('error', () => {})
    socket.on('open', () => {
      wasOpen = true
      this.#settled.abort()
    })
    socket.on('message', (data, isBinary) => {
      if (this.#stop.signal.aborted) return
      if (isBinary && Buffer.isBuffer(data)) this.#options.onBytes?.(data)
      const message = isBinary ? null : parseMessage(String(data))
      if (message !== null) this.#options.onMessage(message)
    })
    const stopWatching = this.#watch(socket)
    try {
      await new Promise((resolve) => socket.once('close', resolve))
    } finally {
      stopWatching()
      this.#socket = null
    }
    return wasOpen
  }

  /** A cable that was pulled closes nothing: only a ping without an answer tells. */
  #watch(socket: WebSocket): () => void {
    const { pingEveryMs, deadAfterMs } = this.#times
    const dead = setTimeout(() => socket.terminate(), deadAfterMs)
    const pings = setInterval(() => {
      if (socket.readyState === WebSocket.OPEN) socket.ping()
    }, pingEveryMs)
    for (const sign of ['open', 'pong', 'message']) socket.on(sign, () => dead.refresh())
    return () => {
      clearTimeout(dead)
      clearInterval(pings)
    }
  }
}

function socketUrl({ url }: ComfyAddress, clientId: string): string {
  return `${url.replace(/^http/, 'ws')}/ws?${new URLSearchParams({ clientId })}`
}

/** null for what no version of ComfyUI says: a custom node, or something in between, may send anything. */
function parseMessage(text: string): ComfyMessage | null {
  try {
    const json = JSON.parse(text) as unknown
    if (!isRecord(json) || typeof json.type !== 'string') return null
    return { type: json.type, data: isRecord(json.data) ? json.data : {} }
  } catch {
    return null
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
