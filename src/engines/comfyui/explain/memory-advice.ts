// Advice on saving GPU memory, read from the graph that ran out of it: only options that were not set already. A smaller size
// always helps; the hint of the error says so.
import type { Graph, GraphNode, JsonValue } from '../../../workflow/graph.ts'

/** Blocks of the 14 billion parameter model: more cannot be swapped. */
const ALL_BLOCKS = 40

/** Continues a sentence, as in `; set force_offload`. Empty when there is nothing left to set. */
export function memoryAdvice(graph: Graph | null): string {
  const nodes = Object.values(graph ?? {})
  const advice = [...adviseOffload(nodes), ...adviseBlockSwap(nodes)]
  return advice.length === 0 ? '' : `; ${advice.join(' and ')}`
}

function adviseOffload(nodes: readonly GraphNode[]): readonly string[] {
  return valuesOf(nodes, 'force_offload').includes(false) ? ['set force_offload to true'] : []
}

function adviseBlockSwap(nodes: readonly GraphNode[]): readonly string[] {
  const swapped = valuesOf(nodes, 'blocks_to_swap').find((value) => typeof value === 'number')
  if (swapped === undefined || swapped >= ALL_BLOCKS) return []
  return [`raise block_swap above ${swapped} (at most ${ALL_BLOCKS})`]
}

function valuesOf(nodes: readonly GraphNode[], input: string): readonly JsonValue[] {
  return nodes.flatMap(({ inputs }) => (Object.hasOwn(inputs, input) ? [inputs[input]!] : []))
}
