// How long each node of a running graph takes, measured by when ComfyUI says that it begins the next one: for the log, which gets
// a line for each that takes long enough to be waited for.
import type { FinishedNode } from '../../domain/job.ts'
import type { Graph } from '../../workflow/graph.ts'
import { type ComfyMessage, PROMPT_ENDS } from './progress-socket.ts'

/** Shorter ones are a dozen in a blink. */
const WORTH_A_LINE_MS = 1000

export interface NodeClockOptions {
  readonly graph: Graph
  readonly onNode: (node: FinishedNode) => void
  readonly nowMs: () => number
}

export class NodeClock {
  readonly #options: NodeClockOptions
  #node: string | null = null
  #startedMs = 0

  constructor(options: NodeClockOptions) {
    this.#options = options
  }

  /** @param message of this prompt */
  hear({ type, data }: ComfyMessage): void {
    if (type === 'executing') this.#turnTo(typeof data.node === 'string' ? data.node : null)
    else if (PROMPT_ENDS.has(type)) this.#turnTo(null)
  }

  #turnTo(next: string | null): void {
    const { graph, onNode, nowMs } = this.#options
    // After a reconnect ComfyUI names the running node again.
    if (next === this.#node) return
    const now = nowMs()
    const nodeId = this.#node
    const durationMs = now - this.#startedMs
    this.#node = next
    this.#startedMs = now
    if (nodeId === null || durationMs < WORTH_A_LINE_MS || !Object.hasOwn(graph, nodeId)) return
    onNode({ nodeId, nodeClass: graph[nodeId]!.class_type, durationMs })
  }
}
