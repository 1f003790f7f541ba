// A graph in ComfyUI's API format, and questions about it. Values are `unknown`: a stand-in must survive any body.

export interface GraphNode {
  readonly class_type?: string
  readonly inputs?: Readonly<Record<string, unknown>>
  readonly _meta?: { readonly title?: string }
}

export type Graph = Readonly<Record<string, GraphNode>>

/** An input that is the output `slot` of another node. */
export interface Link {
  readonly nodeId: string
  readonly slot: number
}

/** A list of two is a link, whatever it was meant to be: ComfyUI reads it so. */
export function toLink(value: unknown): Link | null {
  if (!Array.isArray(value) || value.length !== 2) return null
  return { nodeId: String(value[0]), slot: Number(value[1]) }
}

/** The nodes whose outputs this node needs, in the order of its inputs. */
export function linksOf(node: GraphNode | undefined): readonly Link[] {
  return Object.values(node?.inputs ?? {}).flatMap((value) => toLink(value) ?? [])
}

/** The outputs that need the node, itself included. */
export function dependentOutputs(
  graph: Graph,
  nodeId: string,
  outputs: readonly string[],
): string[] {
  return outputs.filter((output) => reachable(graph, output).has(nodeId))
}

function reachable(graph: Graph, from: string): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [from]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue
    found.add(id)
    waiting.push(...linksOf(graph[id]).map((link) => link.nodeId))
  }
  return found
}
