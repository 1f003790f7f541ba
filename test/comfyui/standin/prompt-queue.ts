// The queue and the history, both in memory as in ComfyUI: a restart loses them. Prompts with the same id all run, and the last
// one to finish has the entry.
import type { Graph } from './graph.ts'
import { PromptHeap } from './prompt-heap.ts'

export interface QueuedPrompt {
  /** Lower runs first. */
  readonly number: number
  readonly id: string
  readonly graph: Graph
  readonly extraData: Readonly<Record<string, unknown>>
  readonly outputs: readonly string[]
}

export type StatusMessage = readonly [type: string, data: Readonly<Record<string, unknown>>]

export interface HistoryEntry {
  readonly prompt: readonly unknown[]
  readonly outputs: Readonly<Record<string, unknown>>
  readonly status: {
    readonly status_str: 'success' | 'error'
    readonly completed: boolean
    readonly messages: readonly StatusMessage[]
  }
  readonly meta: Readonly<Record<string, unknown>>
}

export class PromptQueue {
  readonly #pending = new PromptHeap()
  #running: QueuedPrompt | null = null
  #history = new Map<string, HistoryEntry>()
  readonly #changed: () => void
  #wake: (() => void) | null = null

  /** @param changed called after each change: a real server informs all its sockets */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  get remaining(): number {
    return this.#pending.list.length + (this.#running === null ? 0 : 1)
  }

  get running(): QueuedPrompt | null {
    return this.#running
  }

  get pending(): readonly QueuedPrompt[] {
    return this.#pending.list
  }

  get history(): ReadonlyMap<string, HistoryEntry> {
    return this.#history
  }

  put(prompt: QueuedPrompt): void {
    this.#pending.push(prompt)
    this.#changed()
    this.#wake?.()
  }

  /** Waits for the next prompt; null when the signal ends the wait. */
  async take(signal: AbortSignal): Promise<QueuedPrompt | null> {
    while (!signal.aborted) {
      const next = this.#pending.pop()
      if (next !== undefined) {
        this.#running = next
        this.#changed()
        return next
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return null
  }

  /** The running prompt leaves the queue; its entry is written at the same moment, unless a fault withholds it. */
  finish(entry: HistoryEntry | null): void {
    const done = this.#running
    this.#running = null
    if (done !== null && entry !== null) this.#history.set(done.id, entry)
    this.#changed()
  }

  remember(id: string, entry: HistoryEntry): void {
    this.#history.set(id, entry)
  }

  deletePending(id: string): void {
    if (this.#pending.remove(id)) this.#changed()
  }

  clearPending(): void {
    this.#pending.clear()
    this.#changed()
  }

  deleteHistory(id: string): void {
    this.#history.delete(id)
  }

  clearHistory(): void {
    this.#history.clear()
  }

  /** Drops everything that a dying process loses. */
  forgetAll(): void {
    this.#pending.clear()
    this.#running = null
    this.#history.clear()
  }
}

export function toTuple({
  number,
  id,
  graph,
  extraData,
  outputs,
}: QueuedPrompt): readonly unknown[] {
  return [number, id, graph, extraData, outputs]
}
