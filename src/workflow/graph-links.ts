// Walks along the links of a graph.
import { type Graph, type GraphNode, isLink } from './graph.ts'

/** The nodes whose outputs a node uses, in the order of its inputs. */
export function sourcesOf({ inputs }: GraphNode): readonly string[] {
  return Object.values(inputs)
    .filter((value) => isLink(value))
    .map(([from]) => from)
}

/** A node and everything that it depends on. Not recursive: a chain may be a thousand long. */
export function withSources(graph: Graph, nodeId: string): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [nodeId]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id) || !Object.hasOwn(graph, id)) continue
    found.add(id)
    waiting.push(...sourcesOf(graph[id]!))
  }
  return found
}

/** In numeric order: 9 before 10. */
export function byNumber(ids: readonly string[]): readonly string[] {
  return ids.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}
