// From ComfyUI's messages to the progress of the whole video. Messages are thinned, repeated and lost, and the sampler's own
// estimate of its windows may be one too high: so only values count, against the windows and steps this program knows. What
// comes out never runs backwards.
import type { Stage } from '@infinitetalk/contract'
import type { RenderProgress } from '../../app/ports/engine.ts'
import type { Graph } from '../../workflow/graph.ts'
import { type GraphStages, type NodeStage, stagesOf } from './graph-stages.ts'
import type { ComfyMessage } from './progress-socket.ts'

export interface SamplingShape {
  /** As it was sent. */
  readonly graph: Graph
  readonly windows: number
  /** Steps that the sampler takes in each window, unless the graph itself says how many. */
  readonly stepsPerWindow: number
}

/** Loading and analysing take turns; nothing comes back from the later ones. */
const RANK: Readonly<Partial<Record<Stage, number>>> = {
  waiting: 0,
  loading_models: 1,
  analysing: 1,
  sampling: 2,
  decoding: 3,
}

export class SamplingProgress {
  readonly #graph: Graph
  readonly #stages: GraphStages
  readonly #windows: number
  readonly #steps: number
  /** Finished nodes: they measure a graph whose sampler is unknown. */
  readonly #finished = new Set<string>()
  readonly #furthest = new Map<Stage, number>()
  #node: string | null = null
  #current: RenderProgress = { stage: 'waiting', done: 0, total: 0 }

  constructor({ graph, windows, stepsPerWindow }: SamplingShape) {
    this.#graph = graph
    this.#stages = stagesOf(graph)
    this.#windows = windows
    this.#steps = stepsOf(graph, this.#stages.samplerId) ?? stepsPerWindow
  }

  get current(): RenderProgress {
    return this.#current
  }

  /** The queue shows that the prompt runs, and the socket has not said so. */
  begin(): RenderProgress | null {
    if (this.#current.stage !== 'waiting') return null
    return this.#advance({ stage: 'loading_models', done: 0, total: 0 })
  }

  /** @param message of this prompt. @returns the progress when the message brought any, else null */
  hear({ type, data }: ComfyMessage): RenderProgress | null {
    switch (type) {
      case 'execution_cached':
        return this.#finish(Array.isArray(data.nodes) ? data.nodes : [])
      case 'executing':
        return this.#begin(data.node)
      case 'executed':
        return this.#finish([data.node])
      case 'progress':
        return this.#count(data.node, data.value, data.max)
      default:
        return null
    }
  }

  #begin(node: unknown): RenderProgress | null {
    if (typeof node !== 'string' || !Object.hasOwn(this.#graph, node)) return null
    const before = this.#node
    this.#node = node
    if (this.#stages.samplerId === null) return this.#finish(before === null ? [] : [before])
    const stage = this.#stages.of(node)
    // The sampler's node first loads the model: until its own bar moves nothing is sampled.
    return this.#advance({
      stage: stage === 'sampling' ? 'loading_models' : stage,
      done: 0,
      total: 0,
    })
  }

  #finish(nodes: readonly unknown[]): RenderProgress | null {
    if (this.#stages.samplerId !== null) return null
    for (const node of nodes) {
      if (typeof node === 'string' && Object.hasOwn(this.#graph, node)) this.#finished.add(node)
    }
    const total = Object.keys(this.#graph).length
    return this.#advance({ stage: 'sampling', done: this.#finished.size, total })
  }

  #count(node: unknown, value: unknown, max: unknown): RenderProgress | null {
    if (typeof node !== 'string' || !Object.hasOwn(this.#graph, node)) return null
    if (!isCount(value) || !isCount(max) || this.#stages.samplerId === null) return null
    const stage = this.#stages.of(node)
    if (stage === 'sampling' && this.#isSamplingBar(max)) return this.#advance(this.#sampled(value))
    const isOfWeights = stage === 'sampling' || stage === 'loading_models'
    if (isOfWeights && value >= max) return this.#endLoading(stage)
    const shown = isOfWeights ? 'loading_models' : stage
    return this.#advance({ stage: shown, done: Math.min(value, max), total: max })
  }

  /**
   * The end of a bar of weights is the end of loading: what follows has no bar. The sampler encodes its first window, for
   * minutes; another node uses what it loaded.
   */
  #endLoading(stage: NodeStage): RenderProgress | null {
    this.#furthest.set('loading_models', 1)
    return this.#advance(
      stage === 'sampling' ? this.#sampled(0) : { stage: 'analysing', done: 0, total: 0 },
    )
  }

  /** ComfyUI takes floor(frames / step of a window) + 1 for the number of windows: right, or one too high. */
  #isSamplingBar(max: number): boolean {
    const total = this.#windows * this.#steps
    return max === total || max === total + this.#steps
  }

  #sampled(value: number): RenderProgress {
    const total = this.#windows * this.#steps
    const done = Math.min(value, total)
    const number = Math.max(1, Math.ceil(done / this.#steps))
    return { stage: 'sampling', done, total, window: { number, count: this.#windows } }
  }

  #advance(next: RenderProgress): RenderProgress | null {
    const { stage, done, total } = next
    if (rankOf(stage) < rankOf(this.#current.stage)) return null
    const share = total > 0 ? done / total : 0
    const furthest = this.#furthest.get(stage)
    // The bar of the weights ends by falling to 0, and may come again. Older versions tell each of its thousand tensors:
    // what is no step of the sampler is told by hundredths.
    const grain = stage === 'sampling' ? total : 100
    const isNew = furthest === undefined || Math.floor(share * grain) > Math.floor(furthest * grain)
    if (!isNew && stage === this.#current.stage) return null
    this.#furthest.set(stage, Math.max(share, furthest ?? 0))
    this.#current = isNew ? next : { stage, done: 0, total: 0 }
    return this.#current
  }
}

function rankOf(stage: Stage): number {
  return RANK[stage] ?? 0
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

/** The steps that the graph states as plain numbers; null when a number comes from another node or is missing. */
function stepsOf(graph: Graph, samplerId: string | null): number | null {
  const { steps, start_step = 0, end_step = -1 } = graph[samplerId ?? '']?.inputs ?? {}
  if (typeof steps !== 'number' || typeof start_step !== 'number') return null
  const end = typeof end_step === 'number' && end_step >= 0 ? Math.min(end_step, steps) : steps
  return end > start_step ? end - start_step : null
}
