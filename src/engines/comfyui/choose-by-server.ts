// Chooses the graph that this server can render when the request names none: the usual graph where its node packs are installed,
// otherwise the graph of ComfyUI's own nodes, if the server has those and the models.
import type { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import type { Graph } from '../../workflow/graph.ts'
import type { Template } from '../../workflow/template.ts'
import type { ComfyApi } from './comfy-api.ts'

export interface ServerChoice {
  readonly api: ComfyApi
  readonly templates: readonly Template[]
  readonly options: {
    readonly whyNot: (api: ComfyApi, graph: Graph, signal: AbortSignal) => Promise<AppError | null>
  }
}

const WINDOW_WORKFLOW = 'I2V_window'

/** @throws AppError `engine_unreachable` */
export async function chooseByServer(
  usual: Template,
  { sampling }: RenderPlan,
  { api, templates, options }: ServerChoice,
  signal: AbortSignal,
): Promise<Template> {
  // The core's nodes have no masks: they can neither move two mouths nor keep one shut.
  if (sampling.workflow !== null || usual.speakers === 2) return usual
  const windows = templates.find(({ name }) => name === WINDOW_WORKFLOW)
  if (windows === undefined || (await options.whyNot(api, usual.graph, signal)) === null) {
    return usual
  }
  return (await options.whyNot(api, windows.graph, signal)) === null ? windows : usual
}
