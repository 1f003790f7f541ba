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
import type { Seat } from './backend-pool.ts'
import { chooseByServer } from './choose-by-server.ts'
import {
  asksForPieces,
  choosePieces,
  warnOfPieces,
  warnOfShortness,
  workflowForPieces,
} from './choose-pieces.ts'
import { chooseTemplate, type TemplateWish, templateWish } from './choose-template.ts'
import type { ComfyApi } from './comfy-api.ts'
import type { ComfyuiEngineOptions } from './engine-options.ts'
import { FOLLOW_TIMES, type FollowTimes } from './follow-times.ts'
import { generateInPieces, type PiecesToRender } from './generate-in-pieces.ts'
import { generateOn } from './generate-on.ts'
import { lostRenders } from './lost-renders.ts'
import { ReliefMemory } from './memory/relief-memory.ts'
import { MetNeeds, needOf } from './met-needs.ts'
import { checkWorkflowOf, refuseBrokenName, summarise } from './offered-workflows.ts'
import type { Rendering } from './rendering.ts'
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
  const met = new MetNeeds(options)
  return {
    name: 'comfyui',
    capabilities: { ...VIDEO_MODEL, options: [...VIDEO_MODEL.options, 'pieces'] },
    // The backends are the same for all jobs, and often on other machines.
    runsIn: 'hub',
    keepsWindows: true,
    samplingUnit: 'steps',
    samplingOf: (request) => samplingOf(request, templates, usual.isByWindows, pool.size),
    probesInputs: true,
    isPredictable: true,
    health: () => pool.health(),
    needOf: (request) => needOf(request, templates),
    needs: () => met.read(),
    backends: () => pool.statuses(),
    workflows: async () => templates.map(summarise),
    checkRequest: async (request) => checkWorkflowOf(request, templates, problems, pool.size),
    noteOn: (request) => warnOfPieces(request, pool.size),
    async generate(plan, context) {
      refuseBrokenName(plan.sampling.workflow, problems)
      return generate(plan, context, options, { checked, usual, relief })
    },
    async abandon(remote, signal) {
      const backend = pool.find(remote.backend)
      if (backend !== null) await abandonRender(remote, backend, times, signal)
    },
    async [Symbol.asyncDispose]() {
      await met[Symbol.asyncDispose]()
      await pool[Symbol.asyncDispose]()
    },
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
  backends: number,
): WindowedSampling {
  const { workflow = null, pieces = 1 } = request
  const named = workflow === null ? undefined : findTemplate(templates, workflow)
  const inPieces = asksForPieces(request, backends)
  const isUsual = isUsuallyByWindows || inPieces
  const isByWindows = workflow === null ? isUsual : named?.rendersWindows === true
  if (!isByWindows) return windowedSampling(request)
  const sampling = windowedSampling({ ...request, inputType: 'image' })
  const atOnce = inPieces ? { pieces: Math.min(pieces, backends) } : {}
  return { ...sampling, ...atOnce, shortLastWindow: true }
}

async function generate(
  requested: RenderPlan,
  context: RenderContext,
  options: ComfyuiEngineOptions,
  memory: EngineMemory,
): Promise<RenderedVideo> {
  const { usual: known } = memory
  const { pool, templates, media } = options
  const plan = await settleSpeaker(requested, templates, media.faces, context.signal)
  const usual = chooseTemplate(wishOf(plan, context, options), templates)
  // A request that no server can render is rejected before a server is asked.
  if (usual.rendersWindows) windowSampling(plan, usual)
  else options.parametersOf(plan, usual)
  context.onProgress({ stage: 'waiting', done: 0, total: 0 })
  const cuts = await choosePieces(plan, context, pool.size)
  if (cuts.length > 0) {
    const seated = { plan, options, memory, templateOn: async () => usual }
    const onBackend: PiecesToRender['onBackend'] = (around, work) =>
      withBackend(pool, around, usual.name, async (seat) =>
        work(await takeSeat(seat, { ...seated, context: around })),
      )
    return generateInPieces({ plan, context, template: usual, cuts, options, onBackend })
  }
  const notes = [warnOfPieces(plan.sampling, pool.size), warnOfShortness(plan, pool.size)]
  const templateOn = async (api: ComfyApi): Promise<Template> =>
    begunWith(plan, context, templates) ??
    (await chooseByServer(usual, plan, { api, templates, options }, context.signal))
  return withBackend(pool, context, usual.name, async (seat) => {
    const rendering = await takeSeat(seat, { plan, context, options, memory, templateOn })
    if (plan.sampling.workflow === null) known.isByWindows = rendering.template.rendersWindows
    const rendered = await generateOn(rendering)
    const warnings = [...rendered.warnings, ...notes.filter((note) => note !== null)]
    return { ...rendered, warnings, backend: seat.backend.name }
  })
}

/** Pieces need the graph of windows. @throws AppError `engine_unsupported` */
function wishOf(
  plan: RenderPlan,
  { remote }: RenderContext,
  { pool, templates }: ComfyuiEngineOptions,
): TemplateWish {
  const wish = templateWish(plan)
  const inPieces = asksForPieces(plan.sampling, pool.size) || remote?.found?.cuts !== undefined
  if (!inPieces) return wish
  return { ...wish, workflow: workflowForPieces(plan.sampling, wish.speakers, templates) }
}

interface SeatTaker {
  readonly plan: RenderPlan
  readonly context: RenderContext
  readonly options: ComfyuiEngineOptions
  readonly memory: EngineMemory
  templateOn(api: ComfyApi): Promise<Template>
}

async function takeSeat(
  { backend, hasOther, holds }: Seat,
  { plan, context, options, memory, templateOn }: SeatTaker,
): Promise<Rendering> {
  const { checked, relief } = memory
  const { signal } = context
  const patience = hasOther ? null : options.patience
  const api = await awaitBackend(backend, patience ?? { waitMs: 0, onNews: () => {} }, signal)
  const template = await templateOn(api)
  holds(template.name)
  const times = timesFor(hasOther, options.times ?? FOLLOW_TIMES)
  const found = context.remote?.found ?? null
  const before = found === null ? null : options.pool.find(found.backend)
  const lost = lostRenders(found, backend, before, Date.now())
  const onProgress: RenderContext['onProgress'] = (progress) =>
    context.onProgress({ ...progress, backend: backend.name })
  const around = { plan, context: { ...context, onProgress }, backend, lost, times }
  return { ...around, api, template, options, checked, relief }
}

/** Windows that are kept fit only the workflow that made them, whatever this server could do besides. */
function begunWith(
  plan: RenderPlan,
  { windows }: RenderContext,
  templates: readonly Template[],
): Template | undefined {
  // Those of the node packs hand nothing over, so no other prompt goes on with them.
  const isBegun = windows?.done.some(({ handoverPath }) => handoverPath !== null) === true
  if (!isBegun || plan.sampling.workflow !== null) return undefined
  const { speakers } = templateWish(plan)
  return templates.find((known) => known.rendersWindows && known.speakers === speakers)
}

/** A server that loads a model may not answer for a while; where another one could go on, nobody waits a minute for it. */
const UNREACHABLE_BESIDE_OTHERS_MS = 15_000

function timesFor(hasOther: boolean, times: FollowTimes): FollowTimes {
  if (!hasOther) return times
  return { ...times, unreachableMs: Math.min(times.unreachableMs, UNREACHABLE_BESIDE_OTHERS_MS) }
}
