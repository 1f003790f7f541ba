// The engine the product exists for: InfiniteTalk on a GPU, through a ComfyUI. It decides nothing about a render that the plan
// and the workflow do not say; what it adds is that the render is followed to its true end.

import type { Engine, RenderContext, RenderedVideo } from '../../app/ports/engine.ts'
import { VIDEO_MODEL } from '../../domain/capabilities.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import {
  type SamplingRequest,
  type WindowedSampling,
  windowedSampling,
} from '../../domain/presets.ts'
import { findTemplate, type Template } from '../../workflow/template.ts'
import { abandonRender } from './abandon-render.ts'
import { awaitBackend } from './await-backend.ts'
import { chooseByServer } from './choose-by-server.ts'
import { chooseTemplate, templateWish } from './choose-template.ts'
import type { ComfyApi } from './comfy-api.ts'
import type { ComfyuiEngineOptions } from './engine-options.ts'
import { FOLLOW_TIMES, type FollowTimes } from './follow-times.ts'
import { generateOn } from './generate-on.ts'
import { lostRenders } from './lost-renders.ts'
import { ReliefMemory } from './memory/relief-memory.ts'
import { checkWorkflowOf, refuseBrokenName, summarise } from './offered-workflows.ts'
import { settleSpeaker } from './settle-speaker.ts'
import { windowSampling } from './window/window-sampling.ts'
import { withBackend } from './with-backend.ts'

export type { ComfyuiEngineOptions } from './engine-options.ts'

export type ComfyuiEngine = Engine & Required<Pick<Engine, 'abandon'>> & AsyncDisposable

export function createComfyuiEngine(options: ComfyuiEngineOptions): ComfyuiEngine {
  const { pool, templates, problems = [], times = FOLLOW_TIMES } = options
  const checked = new WeakMap<ComfyApi, Set<string>>()
  const usual = { isByWindows: false }
  const relief = options.relief ?? new ReliefMemory(null)
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
      return generate(plan, context, options, { checked, usual, relief })
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
  readonly relief: ReliefMemory
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
  memory: EngineMemory,
): Promise<RenderedVideo> {
  const { checked, usual: known } = memory
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
    const { relief } = memory
    const onProgress: RenderContext['onProgress'] = (progress) =>
      context.onProgress({ ...progress, backend: backend.name })
    const onBackend = { ...context, onProgress }
    const around = { plan, context: onBackend, backend, lost, times }
    const rendered = await generateOn({ ...around, api, template, options, checked, relief })
    return { ...rendered, backend: backend.name }
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

/** A server that loads a model may not answer for a while; where another one could go on, nobody waits a minute for it. */
const UNREACHABLE_BESIDE_OTHERS_MS = 15_000

function timesFor(hasOther: boolean, times: FollowTimes): FollowTimes {
  if (!hasOther) return times
  return { ...times, unreachableMs: Math.min(times.unreachableMs, UNREACHABLE_BESIDE_OTHERS_MS) }
}
