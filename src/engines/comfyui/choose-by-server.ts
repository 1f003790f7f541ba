// Chooses the graph that this server can render when the request names none: the usual graph where its node packs are installed,
// otherwise the graph of ComfyUI's own nodes, if the server has those and the models.
import type { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import type { Graph } from '../../workflow/graph.ts'
import type { Template } from '../../workflow/template.ts'
import { WINDOW_WORKFLOW } from './choose-pieces.ts'
import type { ComfyApi } from './comfy-api.ts'

export interface ServerChoice {
  readonly api: ComfyApi
  readonly templates: readonly Template[]
  readonly options: {
    readonly whyNot: (api: ComfyApi, graph: Graph, signal: AbortSignal) => Promise<AppError | null>
  }
  readonly nowMs?: () => number
}

/** Asking takes twenty requests a job; packs that are installed meanwhile need a restart of ComfyUI, which takes about as long. */
const BELIEVED_MS = 60_000
/** When each server was last seen to lack what a usual graph needs, and to have what the graph of windows needs. */
const rendersWindowsSince = new WeakMap<ComfyApi, Map<string, number>>()

/** @throws AppError `engine_unreachable` */
export async function chooseByServer(
  usual: Template,
  { sampling }: RenderPlan,
  { api, templates, options, nowMs = () => performance.now() }: ServerChoice,
  signal: AbortSignal,
): Promise<Template> {
  // The core's nodes have no masks: they can neither move two mouths nor keep one shut.
  if (sampling.workflow !== null || usual.speakers === 2) return usual
  const windows = templates.find(({ name }) => name === WINDOW_WORKFLOW)
  if (windows === undefined) return usual
  // A server that does not describe its nodes gets the graph that needs no node packs.
  if (api.objectInfo === undefined) return windows
  const seen = rendersWindowsSince.get(api) ?? new Map<string, number>()
  const sinceMs = seen.get(usual.name)
  if (sinceMs !== undefined && nowMs() - sinceMs < BELIEVED_MS) return windows
  if ((await options.whyNot(api, usual.graph, signal)) === null) return usual
  if ((await options.whyNot(api, windows.graph, signal)) !== null) return usual
  rendersWindowsSince.set(api, seen.set(usual.name, nowMs()))
  return windows
}
