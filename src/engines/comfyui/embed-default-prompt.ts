// Has ComfyUI read the default prompt once and keep what it means on its disk: the jobs that follow need no text encoder for
// it, which is the second largest model there is. Nothing else of a render runs.
import { DEFAULT_PROMPT } from '@infinitetalk/contract/plain'
import { AppError } from '../../domain/errors.ts'
import type { Graph } from '../../workflow/graph.ts'
import type { Template } from '../../workflow/template.ts'
import type { Backend } from './backend.ts'
import type { ComfyApi } from './comfy-api.ts'
import { endPrompt } from './end-prompt.ts'
import { followRender } from './follow-render.ts'
import { FOLLOW_TIMES, type FollowTimes } from './follow-times.ts'
import { PromptEvents } from './prompt-events.ts'
import { SamplingProgress } from './sampling-progress.ts'

export interface EmbedOptions {
  readonly backend: Backend
  /** Its text encoder and its negative prompt are taken. */
  readonly template: Template
  /** @throws AppError `node_missing`, `model_missing`, `workflow_invalid` */
  readonly checkGraph: (api: ComfyApi, graph: Graph, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly times?: FollowTimes
}

/** @throws AppError `engine_*`, `node_missing`, `model_missing`, `workflow_invalid`, `canceled` */
export async function embedDefaultPrompt(options: EmbedOptions): Promise<void> {
  const { backend, template, signal, times = FOLLOW_TIMES } = options
  const graph = embeddingGraph(template)
  const api = await backend.ready(signal)
  await options.checkGraph(api, graph, signal)
  const promptId = crypto.randomUUID()
  const progress = new SamplingProgress({ graph, windows: 1, stepsPerWindow: 1 })
  const events = new PromptEvents({ promptId, progress, onProgress: () => {} })
  // Nobody watches the progress: the queue and the history say enough.
  const socket = { isOpen: false, reconnect: () => {} }
  try {
    await api.handOver({ graph, promptId, clientId: promptId }, times, signal)
    await followRender({
      api,
      backend,
      promptId,
      graph,
      events,
      socket,
      windowMs: 0,
      times,
      signal,
    })
  } finally {
    await tidy(api, promptId, times)
  }
}

/** The node of the text encoder as the template has it, and one that asks for its text: ComfyUI runs what is asked for. */
export function embeddingGraph({ name, graph, bindings }: Template): Graph {
  const [cache] = bindings.get('text_cache') ?? []
  const encoder = cache === undefined ? undefined : graph[cache.nodeId]
  if (cache === undefined || encoder === undefined) {
    const detail = `The workflow "${name}" has no binding for "text_cache".`
    throw new AppError('workflow_invalid', detail)
  }
  const prompts = (bindings.get('prompt') ?? []).filter(({ nodeId }) => nodeId === cache.nodeId)
  const inputs = {
    ...encoder.inputs,
    ...Object.fromEntries(prompts.map(({ input }) => [input, DEFAULT_PROMPT])),
    [cache.input]: true,
  }
  return {
    [cache.nodeId]: { ...encoder, inputs },
    said: { class_type: 'PreviewAny', inputs: { source: [cache.nodeId, POSITIVE_PROMPT_OUTPUT] } },
  }
}

/** Behind the two embeddings. */
const POSITIVE_PROMPT_OUTPUT = 2

async function tidy(api: ComfyApi, promptId: string, { tidyMs }: FollowTimes): Promise<void> {
  await endPrompt(api, promptId, tidyMs).catch(() => null)
  await api.deleteHistory(promptId, AbortSignal.timeout(tidyMs)).catch(() => {})
}
