// Which stage of a render each node of a graph belongs to, read from its class and from where it stands: what comes after the
// sampler makes the video, what comes before loads models or looks at the inputs.
import type { Stage } from '@infinitetalk/contract'
import { type Graph, isLink } from '../../workflow/graph.ts'

export type NodeStage = Extract<Stage, 'loading_models' | 'analysing' | 'sampling' | 'decoding'>

/** The first three sample window after window within one node, with one bar for the whole video; the core's samples one window. */
const SAMPLER_CLASSES: ReadonlySet<string> = new Set([
  'WanVideoSampler',
  'WanVideoSamplerv2',
  'WanVideoSamplerFromSettings',
  'SamplerCustomAdvanced',
])
/** Text is encoded by a model as large as the sampler's that is loaded for it. `LoadImage` is no loader. */
const LOADS_MODELS = /Loader|DownloadAndLoad|TextEncode|LoraSelect|BlockSwap/

export interface GraphStages {
  /** null in a graph that samples in another way. */
  readonly samplerId: string | null
  of(nodeId: string): NodeStage
}

export function stagesOf(graph: Graph): GraphStages {
  const samplerId = findSampler(graph)
  const after = samplerId === null ? new Set<string>() : nodesAfter(graph, samplerId)
  return {
    samplerId,
    of(nodeId) {
      if (nodeId === samplerId) return 'sampling'
      if (after.has(nodeId)) return 'decoding'
      return LOADS_MODELS.test(graph[nodeId]?.class_type ?? '') ? 'loading_models' : 'analysing'
    },
  }
}

/** The last sampler: the one that no other comes after. */
function findSampler(graph: Graph): string | null {
  const ids = Object.keys(graph).filter((id) => SAMPLER_CLASSES.has(graph[id]!.class_type))
  return ids.find((id) => ids.every((other) => !nodesAfter(graph, id).has(other))) ?? null
}

/** Everything that takes, directly or not, what the node makes. */
function nodesAfter(graph: Graph, nodeId: string): Set<string> {
  const takers = new Map<string, string[]>()
  for (const [id, { inputs }] of Object.entries(graph)) {
    for (const value of Object.values(inputs)) {
      if (isLink(value)) takers.set(value[0], [...(takers.get(value[0]) ?? []), id])
    }
  }
  const after = new Set<string>()
  const waiting = [nodeId]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const taker of takers.get(id) ?? []) {
      if (after.has(taker)) continue
      after.add(taker)
      waiting.push(taker)
    }
  }
  return after
}
