// A socket of a replay: keeps what comes until it is asked for. States are left out, because the recordings do not have them all.
import { once } from 'node:events'
import { WebSocket } from 'ws'

const PATIENCE_MS = 20_000

export type Heard =
  | {
      readonly kind: 'message'
      readonly type: string
      readonly data: Readonly<Record<string, unknown>>
      /** The how many-th message of this socket it was. */
      readonly index: number
    }
  | { readonly kind: 'text'; readonly node: string; readonly text: string; readonly index: number }

export class RecordedSocket {
  readonly #socket: WebSocket
  readonly #statuses: Heard[] = []
  readonly #others: Heard[] = []
  #count = 0
  #heard: (() => void) | null = null

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer, isBinary) => this.#keep(data, isBinary))
    socket.on('error', () => undefined)
  }

  static async open(url: string): Promise<RecordedSocket> {
    const socket = new WebSocket(url)
    // Listens before it is open: the first message comes with the handshake.
    const recorded = new RecordedSocket(socket)
    await once(socket, 'open')
    return recorded
  }

  /** Messages that no comparison asked for, except progress. */
  get rest(): readonly Heard[] {
    return [...this.#statuses, ...this.#others].filter(
      (heard) => heard.kind !== 'message' || heard.type !== 'progress',
    )
  }

  send(data: unknown): void {
    this.#socket.send(JSON.stringify(data))
  }

  async close(): Promise<void> {
    const closed = this.closed()
    this.#socket.close()
    await closed
  }

  abort(): void {
    this.#socket.terminate()
  }

  async closed(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.CLOSED) await once(this.#socket, 'close')
  }

  /** The next message; null when none comes. */
  async next(kind: 'status' | 'other'): Promise<Heard | null> {
    const kept = kind === 'status' ? this.#statuses : this.#others
    const deadline = performance.now() + PATIENCE_MS
    while (kept.length === 0) {
      const leftMs = deadline - performance.now()
      if (leftMs <= 0) return null
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs)
        this.#heard = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return kept.shift() ?? null
  }

  #keep(data: Buffer, isBinary: boolean): void {
    const index = this.#count++
    if (isBinary) {
      const length = data.readUInt32BE(4)
      const node = data.subarray(8, 8 + length).toString()
      this.#others.push({ kind: 'text', node, text: data.subarray(8 + length).toString(), index })
    } else {
      const { type, data: content } = JSON.parse(String(data))
      if (type === 'progress_state') return
      const kept = type === 'status' ? this.#statuses : this.#others
      kept.push({ kind: 'message', type, data: content, index })
    }
    this.#heard?.()
  }
}
