// Progress as the two versions report it: the old one sends every update, the new one throttles each bar. Both repeat the state of
// all nodes with every message.
import type { ProgressBar } from './run-context.ts'

/** The new version's throttle: the minimum distance of two messages in time and in value. */
const MIN_INTERVAL_MS = 100
const MIN_FRACTION = 0.005

export type Send = (type: string, data: Readonly<Record<string, unknown>>) => void

interface NodeState {
  readonly value: number
  readonly max: number
  readonly state: 'running' | 'finished' | 'error'
}

export class ProgressBook {
  readonly #promptId: string
  readonly #throttled: boolean
  readonly #send: Send
  readonly #nodes = new Map<string, NodeState>()

  constructor(promptId: string, throttled: boolean, send: Send) {
    this.#promptId = promptId
    this.#throttled = throttled
    this.#send = send
  }

  start(nodeId: string): void {
    this.#set(nodeId, { value: 0, max: 1, state: 'running' })
  }

  finish(nodeId: string): void {
    const max = this.#nodes.get(nodeId)?.max ?? 1
    this.#set(nodeId, { value: max, max, state: 'finished' })
  }

  bar(nodeId: string, max: number): ProgressBar {
    let sentAtMs = Number.NEGATIVE_INFINITY
    let sentValue = 0
    return {
      update: (value) => {
        const nowMs = performance.now()
        const isEdge = sentValue === 0 || value >= max || value === 0
        const isDue =
          nowMs - sentAtMs >= MIN_INTERVAL_MS && Math.abs(value - sentValue) / max >= MIN_FRACTION
        if (this.#throttled && !isEdge && !isDue) return
        sentAtMs = nowMs
        sentValue = value
        this.#set(nodeId, { value, max, state: 'running' })
        this.#send('progress', { value, max, prompt_id: this.#promptId, node: nodeId })
      },
    }
  }

  #set(nodeId: string, state: NodeState): void {
    this.#nodes.set(nodeId, state)
    const nodes = [...this.#nodes].map(([id, { value, max, state }]) => [
      id,
      {
        value,
        max,
        state,
        node_id: id,
        prompt_id: this.#promptId,
        display_node_id: id,
        parent_node_id: null,
        real_node_id: id,
      },
    ])
    this.#send('progress_state', { prompt_id: this.#promptId, nodes: Object.fromEntries(nodes) })
  }
}
