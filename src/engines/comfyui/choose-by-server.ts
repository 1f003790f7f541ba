// Chooses the graph that this server can render when the request names none: the usual graph where its node packs are installed,
// otherwise the graph of ComfyUI's own nodes, if the server has those and the models.
import { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import type { Graph } from '../../workflow/graph.ts'
import type { Template } from '../../workflow/template.ts'
import { TURNS_WORKFLOW, WINDOW_WORKFLOW } from './choose-pieces.ts'
import type { ComfyApi } from './comfy-api.ts'
import { listenForTurns, sayTogether } from './window/who-talks.ts'

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
  plan: RenderPlan,
  { api, templates, options, nowMs = () => performance.now() }: ServerChoice,
  signal: AbortSignal,
): Promise<Template> {
  if (plan.sampling.workflow !== null) return usual
  const isForTwo = usual.speakers === 2
  const windows = templates.find(
    ({ name }) => name === (isForTwo ? TURNS_WORKFLOW : WINDOW_WORKFLOW),
  )
  if (windows === undefined) return usual
  // A server that does not describe its nodes gets the graph that needs no node packs, if one person talks.
  if (api.objectInfo === undefined) return isForTwo ? usual : windows
  if (!(await needsWindows(usual, windows, { api, options, nowMs }, signal))) return usual
  if (isForTwo) await refuseTogether(plan, signal)
  return windows
}

/** Another server may have the node packs. @throws AppError `node_missing` when two people talk at once */
async function refuseTogether(plan: RenderPlan, signal: AbortSignal): Promise<void> {
  const heard = await listenForTurns(plan, signal)
  if (heard.inTurns) return
  const detail = `${sayTogether(heard.atFrame)} Install the node packs: "infinitetalk doctor" names them.`
  throw new AppError('node_missing', detail)
}

/** Whether the server lacks what the usual graph needs, and has what that of windows needs. */
async function needsWindows(
  usual: Template,
  windows: Template,
  { api, options, nowMs }: Required<Omit<ServerChoice, 'templates'>>,
  signal: AbortSignal,
): Promise<boolean> {
  const seen = rendersWindowsSince.get(api) ?? new Map<string, number>()
  const sinceMs = seen.get(usual.name)
  if (sinceMs !== undefined && nowMs() - sinceMs < BELIEVED_MS) return true
  if ((await options.whyNot(api, usual.graph, signal)) === null) return false
  if ((await options.whyNot(api, windows.graph, signal)) !== null) return false
  rendersWindowsSince.set(api, seen.set(usual.name, nowMs()))
  return true
}
