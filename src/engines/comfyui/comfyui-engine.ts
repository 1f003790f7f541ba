// The engine the product exists for: InfiniteTalk on a GPU, through a ComfyUI. It decides nothing about a render that the plan
// and the workflow do not say; what it adds is that the render is followed to its true end.

import { DEFAULT_WINDOWING, FPS, type WindowPlan } from '@infinitetalk/arithmetic'
import type { Engine, RenderContext, RenderedVideo } from '../../app/ports/engine.ts'
import { VIDEO_MODEL } from '../../domain/capabilities.ts'
import type { AppError } from '../../domain/errors.ts'
import type { LostRender } from '../../domain/job.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import {
  type SamplingRequest,
  type WindowedSampling,
  windowedSampling,
} from '../../domain/presets.ts'
import { VoiceTrack } from '../../media/voice-track.ts'
import { bind } from '../../workflow/bind.ts'
import type { Graph } from '../../workflow/graph.ts'
import { findTemplate, type Template } from '../../workflow/template.ts'
import { abandonRender } from './abandon-render.ts'
import { awaitBackend, type Patience } from './await-backend.ts'
import type { Backend } from './backend.ts'
import type { BackendPool } from './backend-pool.ts'
import { chooseByServer } from './choose-by-server.ts'
import { chooseTemplate, templateWish } from './choose-template.ts'
import type { ComfyApi } from './comfy-api.ts'
import { isConnectionLost } from './comfy-request.ts'
import { crashed } from './follow-render.ts'
import { FOLLOW_TIMES, type FollowTimes } from './follow-times.ts'
import { lostRenders } from './lost-renders.ts'
import { checkWorkflowOf, refuseBrokenName, summarise } from './offered-workflows.ts'
import type { PreparedInputs, PrepareTools } from './prepare-inputs.ts'
import { SOCKET_TIMES, type SocketTimes } from './progress-socket.ts'
import { renderRemotely } from './render-remotely.ts'
import type { SamplingParameters } from './sampling-parameters.ts'
import { settleSpeaker } from './settle-speaker.ts'
import { renderWindows } from './window/render-windows.ts'
import { prepareWindowInputs } from './window/window-inputs.ts'
import { windowSampling } from './window/window-sampling.ts'
import { withBackend } from './with-backend.ts'

export interface ComfyuiEngineOptions {
  readonly pool: BackendPool
  readonly templates: readonly Template[]
  /** One error for each workflow that could not be read. */
  readonly problems?: readonly AppError[]
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
  /** The tools that cut, encode and join windows, and that find faces. */
  readonly media: PrepareTools
  /** Why a graph cannot run on a server, null when it can. */
  readonly whyNot: (api: ComfyApi, graph: Graph, signal: AbortSignal) => Promise<AppError | null>
  /** The attention kernel to use where a request names none; null leaves it to the workflow. Asked for every render. */
  readonly chooseAttention?: (signal: AbortSignal) => Promise<string | null>
  /** With one that cannot be reached before a render; without it the render fails at once. */
  readonly patience?: Patience
  readonly maxOutputBytes?: number
  readonly times?: FollowTimes
  readonly socketTimes?: SocketTimes
}

export type ComfyuiEngine = Engine & Required<Pick<Engine, 'abandon'>> & AsyncDisposable

const COMMENT =
  'AI-generated: lip-sync video made with infinitetalk-hub (InfiniteTalk through ComfyUI)'
/** Ten minutes of the highest quality at 720p stay far below. */
const MAX_OUTPUT_BYTES = 8 * 1024 ** 3

export function createComfyuiEngine(options: ComfyuiEngineOptions): ComfyuiEngine {
  const { pool, templates, problems = [], times = FOLLOW_TIMES } = options
  const checked = new WeakMap<ComfyApi, Set<string>>()
  const usual = { isByWindows: false }
  return {
    name: 'comfyui',
    capabilities: VIDEO_MODEL,
    // The backends are the same for all jobs, and often on other machines.
    runsIn: 'hub',
    keepsWindows: true,
    samplingUnit: 'steps',
    samplingOf: (request) => samplingOf(request, templates, usual.isByWindows),
    probesInputs: true,
    isPredictable: true,
    health: () => pool.health(),
    backends: () => pool.statuses(),
    workflows: async () => templates.map(summarise),
    checkRequest: async (request) => checkWorkflowOf(request, templates, problems),
    async generate(plan, context) {
      refuseBrokenName(plan.sampling.workflow, problems)
      return generate(plan, context, options, { checked, usual })
    },
    async abandon(remote, signal) {
      const backend = pool.find(remote.backend)
      if (backend !== null) await abandonRender(remote, backend, times, signal)
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  }
}

interface EngineMemory {
  /** Workflows that were checked, by server. */
  readonly checked: WeakMap<ComfyApi, Set<string>>
  /** How a request that names no workflow was rendered last: for estimates. */
  readonly usual: { isByWindows: boolean }
}

/** Windows as steps: the last one is short, and each is sampled from noise, of a video as well. */
function samplingOf(
  request: SamplingRequest,
  templates: readonly Template[],
  isUsuallyByWindows: boolean,
): WindowedSampling {
  const { workflow = null } = request
  const named = workflow === null ? undefined : findTemplate(templates, workflow)
  const isByWindows = workflow === null ? isUsuallyByWindows : named?.rendersWindows === true
  if (!isByWindows) return windowedSampling(request)
  return { ...windowedSampling({ ...request, inputType: 'image' }), shortLastWindow: true }
}

async function generate(
  requested: RenderPlan,
  context: RenderContext,
  options: ComfyuiEngineOptions,
  { checked, usual: known }: EngineMemory,
): Promise<RenderedVideo> {
  const { pool, templates, media } = options
  const plan = await settleSpeaker(requested, templates, media.faces, context.signal)
  const usual = chooseTemplate(templateWish(plan), templates)
  // A request that no server can render is rejected before a server is asked.
  if (usual.rendersWindows) windowSampling(plan, usual)
  else options.parametersOf(plan, usual)
  context.onProgress({ stage: 'waiting', done: 0, total: 0 })
  return withBackend(pool, context, usual.name, async ({ backend, hasOther, holds }) => {
    const { signal } = context
    const patience = hasOther ? null : options.patience
    const api = await awaitBackend(backend, patience ?? { waitMs: 0, onNews: () => {} }, signal)
    const template =
      begunWith(plan, context, templates) ??
      (await chooseByServer(usual, plan, { api, templates, options }, signal))
    holds(template.name)
    if (plan.sampling.workflow === null) known.isByWindows = template.rendersWindows
    const times = timesFor(hasOther, options.times ?? FOLLOW_TIMES)
    const found = context.remote?.found ?? null
    const before = found === null ? null : pool.find(found.backend)
    const lost = lostRenders(found, backend, before, Date.now())
    const rendering = { plan, context, backend, lost, times, api, template, options, checked }
    return template.rendersWindows ? generateInWindows(rendering) : generateWhole(rendering)
  })
}

/** Windows that are kept fit only the workflow that made them, whatever this server could do besides. */
function begunWith(
  { sampling }: RenderPlan,
  { windows }: RenderContext,
  templates: readonly Template[],
): Template | undefined {
  const isBegun = windows !== undefined && windows.done.length > 0
  if (!isBegun || sampling.workflow !== null) return undefined
  return templates.find(({ rendersWindows }) => rendersWindows)
}

interface Rendering {
  readonly backend: Backend
  readonly lost: readonly LostRender[]
  readonly times: FollowTimes
  readonly plan: RenderPlan
  readonly context: RenderContext
  readonly api: ComfyApi
  readonly template: Template
  readonly options: ComfyuiEngineOptions
  readonly checked: WeakMap<ComfyApi, Set<string>>
}

/** One prompt for the whole video: the loop over its windows is the node pack's. */
async function generateWhole(rendering: Rendering): Promise<RenderedVideo> {
  const { plan, context, backend, lost, times, api, template, options, checked } = rendering
  const asked = options.parametersOf(plan, template)
  const attention = (await options.chooseAttention?.(context.signal)) ?? null
  const sampling = attention === null ? asked : withAttention(asked, attention)
  const { path, warnings } = await orCrash(backend, () =>
    renderRemotely({
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
      lost,
      maxBytes: options.maxOutputBytes ?? MAX_OUTPUT_BYTES,
      windowMs: expectedWindowMs(sampling, context),
      times,
      socketTimes: options.socketTimes ?? SOCKET_TIMES,
    }),
  )
  return { path, frames: sampling.windows.outputFrames, warnings, comment: COMMENT }
}

/** A server that answered and cannot be reached any more has crashed: the render is tried again once it is back. */
async function orCrash<T>(backend: Backend, render: () => Promise<T>): Promise<T> {
  try {
    return await render()
  } catch (thrown) {
    if (!isConnectionLost(thrown)) throw thrown
    throw crashed(thrown.detail, backend, thrown)
  }
}

/** One prompt for each window: the loop is ours. */
async function generateInWindows(rendering: Rendering): Promise<RenderedVideo> {
  const { plan, context, backend, lost, times, api, template, options, checked } = rendering
  const { media } = options
  const sampling = windowSampling(plan, template)
  await checkOnce(template, api, checked, () =>
    options.checkWorkflow(api, template.name, template.graph, context.signal),
  )
  const windowMs = expectedWindowMs(
    { windows: sampling.plan, stepsPerWindow: sampling.stepsPerWindow },
    context,
  )
  const audioPaths = plan.voices.map((voice) => voice.path)
  const sound = { audioPaths, seconds: plan.seconds, fps: FPS }
  const { path, warnings, windows } = await orCrash(backend, () =>
    renderWindows({
      api,
      backend,
      template,
      plan,
      sampling,
      media,
      voice: new VoiceTrack(sound, media, context.workDir),
      prepare: () => prepareWindowInputs(plan, sampling.plan, context, media),
      context,
      lost,
      windowMs,
      times,
      socketTimes: options.socketTimes ?? SOCKET_TIMES,
    }),
  )
  return { path, frames: plan.frames, warnings, windows, comment: COMMENT }
}

/** A server that loads a model may not answer for a while; where another one could go on, nobody waits a minute for it. */
const UNREACHABLE_BESIDE_OTHERS_MS = 15_000

function timesFor(hasOther: boolean, times: FollowTimes): FollowTimes {
  if (!hasOther) return times
  return { ...times, unreachableMs: Math.min(times.unreachableMs, UNREACHABLE_BESIDE_OTHERS_MS) }
}

function withAttention(asked: SamplingParameters, attention: string): SamplingParameters {
  return { ...asked, values: { attention, ...asked.values } }
}

/** 0 when it is not known. Only the watch for stalls is set by it. */
function expectedWindowMs(
  { windows, stepsPerWindow }: Pick<SamplingParameters, 'windows' | 'stepsPerWindow'>,
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
