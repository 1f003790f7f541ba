// The engine the product exists for: InfiniteTalk on a GPU, through a ComfyUI. It decides nothing about a render that the plan
// and the workflow do not say; what it adds is that the render is followed to its true end.

import { DEFAULT_WINDOWING, type WindowPlan } from '@infinitetalk/arithmetic'
import type { Engine, RenderContext, RenderedVideo } from '../../app/ports/engine.ts'
import type { RemoteRender } from '../../domain/job.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import { bind } from '../../workflow/bind.ts'
import type { Graph } from '../../workflow/graph.ts'
import type { Template } from '../../workflow/template.ts'
import { abandonRender } from './abandon-render.ts'
import { awaitBackend, type Patience } from './await-backend.ts'
import type { Backend } from './backend.ts'
import { chooseTemplate, templateWish } from './choose-template.ts'
import type { ComfyApi } from './comfy-api.ts'
import { isConnectionLost } from './comfy-request.ts'
import { crashed } from './follow-render.ts'
import { FOLLOW_TIMES, type FollowTimes } from './follow-times.ts'
import type { PreparedInputs } from './prepare-inputs.ts'
import { SOCKET_TIMES, type SocketTimes } from './progress-socket.ts'
import {
  type RemoteRenderRequest,
  type RemoteRenderResult,
  renderRemotely,
} from './render-remotely.ts'
import type { SamplingParameters } from './sampling-parameters.ts'

export interface ComfyuiEngineOptions {
  readonly backend: Backend
  readonly templates: readonly Template[]
  /** @throws AppError `engine_unsupported` for an option that the workflow has no place for */
  readonly parametersOf: (plan: RenderPlan, template: Template) => SamplingParameters
  readonly prepareInputs: (
    plan: RenderPlan,
    windows: WindowPlan,
    context: RenderContext,
  ) => Promise<PreparedInputs>
  /** @throws AppError `node_missing`, `model_missing`, `workflow_invalid` */
  readonly checkWorkflow: (
    api: ComfyApi,
    name: string,
    graph: Graph,
    signal: AbortSignal,
  ) => Promise<void>
  /** The attention kernel to use where a request names none; null leaves it to the workflow. Asked for every render. */
  readonly chooseAttention?: (signal: AbortSignal) => Promise<string | null>
  /** With one that cannot be reached before a render; without it the render fails at once. */
  readonly patience?: Patience
  readonly maxOutputBytes?: number
  readonly times?: FollowTimes
  readonly socketTimes?: SocketTimes
}

export interface ComfyuiEngine extends Engine {
  /** Ends a render that nobody waits for any more. @throws AppError `engine_unreachable` */
  abandon(remote: RemoteRender, signal: AbortSignal): Promise<void>
}

const COMMENT =
  'AI-generated: lip-sync video made with infinitetalk-hub (InfiniteTalk through ComfyUI)'
/** Ten minutes of the highest quality at 720p stay far below. */
const MAX_OUTPUT_BYTES = 8 * 1024 ** 3

export function createComfyuiEngine(options: ComfyuiEngineOptions): ComfyuiEngine {
  const { backend, times = FOLLOW_TIMES } = options
  const checked = new WeakMap<ComfyApi, Set<string>>()
  return {
    name: 'comfyui',
    generate: (plan, context) => generate(plan, context, options, checked),
    abandon: (remote, signal) => abandonRender(remote, backend, times, signal),
  }
}

async function generate(
  plan: RenderPlan,
  context: RenderContext,
  options: ComfyuiEngineOptions,
  checked: WeakMap<ComfyApi, Set<string>>,
): Promise<RenderedVideo> {
  const { backend, templates, times = FOLLOW_TIMES } = options
  const template = chooseTemplate(templateWish(plan), templates)
  const asked = options.parametersOf(plan, template)
  context.onProgress({ stage: 'waiting', done: 0, total: 0 })
  const patience = options.patience ?? { waitMs: 0, onNews: () => {} }
  const api = await awaitBackend(backend, patience, context.signal)
  const attention = (await options.chooseAttention?.(context.signal)) ?? null
  const sampling = attention === null ? asked : withAttention(asked, attention)
  const { path, warnings } = await renderOrCrash({
    api,
    backend,
    template,
    sampling,
    seed: plan.seed,
    async prepare() {
      const graph = bind(template, sampling.values)
      await checkOnce(template, api, checked, () =>
        options.checkWorkflow(api, template.name, graph, context.signal),
      )
      return options.prepareInputs(plan, sampling.windows, context)
    },
    context,
    maxBytes: options.maxOutputBytes ?? MAX_OUTPUT_BYTES,
    windowMs: expectedWindowMs(sampling, context),
    times,
    socketTimes: options.socketTimes ?? SOCKET_TIMES,
  })
  return { path, frames: sampling.windows.outputFrames, warnings, comment: COMMENT }
}

/** A server that answered and cannot be reached any more has crashed: the render is tried again once it is back. */
async function renderOrCrash(request: RemoteRenderRequest): Promise<RemoteRenderResult> {
  try {
    return await renderRemotely(request)
  } catch (thrown) {
    if (!isConnectionLost(thrown)) throw thrown
    throw crashed(thrown.detail, request.backend, thrown)
  }
}

function withAttention(asked: SamplingParameters, attention: string): SamplingParameters {
  return { ...asked, values: { attention, ...asked.values } }
}

/** 0 when it is not known. Only the watch for stalls is set by it. */
function expectedWindowMs(
  { windows, stepsPerWindow }: SamplingParameters,
  { learntSecondsPerUnit }: RenderContext,
): number {
  const units = (stepsPerWindow * windows.windowFrames) / DEFAULT_WINDOWING.windowFrames
  return (learntSecondsPerUnit ?? 0) * units * 1000
}

/** A server says what it has in megabytes and seconds: once for each workflow. Later ComfyUI's own checks say the same. */
async function checkOnce(
  { name }: Template,
  api: ComfyApi,
  checked: WeakMap<ComfyApi, Set<string>>,
  check: () => Promise<void>,
): Promise<void> {
  const names = checked.get(api) ?? new Set()
  if (names.has(name)) return
  await check()
  checked.set(api, names.add(name))
}
