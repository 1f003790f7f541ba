// Puts the values of one window into a workflow that renders one window per run. The workflow is written for a window in the
// middle: the first window has no previous one and the last one hands nothing over, so their nodes are left out.
import { bind } from './bind.ts'
import { type Graph, type GraphNode, isLink, type JsonValue, type Link } from './graph.ts'
import type { ParameterName, ParameterValues } from './parameters.ts'
import type { Template } from './template.ts'

/**
 * @param values a first window has no `previous_frames`, a last one no `handover_prefix`; with an `audio_turn` of 0 the voice begins
 * with the window already
 */
export function bindWindow(template: Template, values: ParameterValues): Graph {
  const graph = bind(template, values)
  const gone = new Set<string>()
  const instead = new Map<string, Link>()
  if (values.previous_frames === undefined) addTargets(template, 'previous_frames', gone)
  if (values.handover_prefix === undefined) {
    addTargets(template, 'handover_from', gone)
    addTargets(template, 'handover_prefix', gone)
  }
  if (values.audio_turn === 0) unturn(template, graph, gone, instead)
  const kept = Object.entries(graph).filter(([id]) => !gone.has(id))
  return Object.fromEntries(kept.map(([id, node]) => [id, relink(node, gone, instead)]))
}

/** Tiles of the picture and of time take the VAE a fraction of the memory, and some more seconds. */
const TILES = { tile_size: 256, overlap: 64, temporal_size: 32, temporal_overlap: 8 }

/** The same graph, whose VAE decodes in tiles. */
export function decodeInTiles(graph: Graph): Graph {
  const tiled = (node: GraphNode): GraphNode =>
    node.class_type === 'VAEDecode'
      ? { ...node, class_type: 'VAEDecodeTiled', inputs: { ...node.inputs, ...TILES } }
      : node
  return Object.fromEntries(Object.entries(graph).map(([id, node]) => [id, tiled(node)]))
}

/** Whether decodeInTiles() changes it. */
export function canDecodeInTiles(graph: Graph): boolean {
  return Object.values(graph).some(({ class_type }) => class_type === 'VAEDecode')
}

function addTargets({ bindings }: Template, parameter: ParameterName, to: Set<string>): void {
  for (const { nodeId } of bindings.get(parameter) ?? []) to.add(nodeId)
}

/** Removes the cuts and the node that joins them, and links their input directly. */
function unturn(
  template: Template,
  graph: Graph,
  gone: Set<string>,
  instead: Map<string, Link>,
): void {
  const cuts = new Set<string>()
  addTargets(template, 'audio_turn', cuts)
  const source = [...cuts].flatMap((id) => linksOf(graph[id])).find(([from]) => !cuts.has(from))
  if (source === undefined) return
  for (const [id, node] of Object.entries(graph)) {
    const joinsCuts = linksOf(node).some(([from]) => cuts.has(from))
    if (!cuts.has(id) && !joinsCuts) continue
    gone.add(id)
    instead.set(id, source)
  }
}

function relink(
  node: GraphNode,
  gone: ReadonlySet<string>,
  instead: ReadonlyMap<string, Link>,
): GraphNode {
  const inputs = Object.entries(node.inputs).flatMap(([name, value]): [string, JsonValue][] => {
    if (!isLink(value) || !gone.has(value[0])) return [[name, value]]
    const other = instead.get(value[0])
    return other === undefined ? [] : [[name, other]]
  })
  return { ...node, inputs: Object.fromEntries(inputs) }
}

function linksOf(node: GraphNode | undefined): readonly Link[] {
  return Object.values(node?.inputs ?? {}).filter((value) => isLink(value))
}
