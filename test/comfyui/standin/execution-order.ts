// The order in which ComfyUI runs the nodes, according to the recordings: an output node as soon as it can run, then a node that
// an output waits for, then one that such a node waits for, otherwise the first that became known. Cached nodes are not visited,
// except output nodes.
import { type Graph, linksOf } from './graph.ts'

export class ExecutionOrder {
  readonly #graph: Graph
  readonly #isOutput: (id: string) => boolean
  readonly #isCached: (id: string) => boolean
  /** The unfinished inputs of each waiting node. */
  readonly #waiting = new Map<string, Set<string>>()
  readonly #dependents = new Map<string, string[]>()

  constructor(graph: Graph, isOutput: (id: string) => boolean, isCached: (id: string) => boolean) {
    this.#graph = graph
    this.#isOutput = isOutput
    this.#isCached = isCached
  }

  add(output: string): void {
    const stack = [output]
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (this.#waiting.has(id)) continue
      const needed = linksOf(this.#graph[id])
        .map((link) => link.nodeId)
        .filter((needs) => !this.#isCached(needs))
      this.#waiting.set(id, new Set(needed))
      for (const needs of new Set(needed)) {
        this.#dependents.set(needs, [...(this.#dependents.get(needs) ?? []), id])
      }
      stack.push(...needed)
    }
  }

  next(): string | null {
    const ready = [...this.#waiting].flatMap(([id, needs]) => (needs.size === 0 ? [id] : []))
    return (
      ready.find((id) => this.#isOutput(id)) ??
      ready.find((id) => this.#blocked(id).some(this.#isOutput)) ??
      ready.find((id) =>
        this.#blocked(id).some((next) => this.#blocked(next).some(this.#isOutput)),
      ) ??
      ready[0] ??
      null
    )
  }

  complete(id: string): void {
    this.#waiting.delete(id)
    for (const dependent of this.#blocked(id)) this.#waiting.get(dependent)?.delete(id)
  }

  #blocked(id: string): readonly string[] {
    return this.#dependents.get(id) ?? []
  }
}
