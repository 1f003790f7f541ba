// One render on the backend that was chosen for it: in windows or whole, with every remedy against a lack of memory.
import { DEFAULT_WINDOWING, FPS } from '@infinitetalk/arithmetic'
import type { RenderContext, RenderedVideo } from '../../app/ports/engine.ts'
import type { LostRender } from '../../domain/job.ts'
import { type RenderPlan, soundPathsOf } from '../../domain/plan.ts'
import { VoiceTrack } from '../../media/voice-track.ts'
import { bind } from '../../workflow/bind.ts'
import { canDecodeInTiles } from '../../workflow/bind-window.ts'
import type { Template } from '../../workflow/template.ts'
import type { Backend } from './backend.ts'
import type { ComfyApi } from './comfy-api.ts'
import { isConnectionLost } from './comfy-request.ts'
import type { ComfyuiEngineOptions } from './engine-options.ts'
import { crashed } from './follow-render.ts'
import type { FollowTimes } from './follow-times.ts'
import type { ReliefMemory } from './memory/relief-memory.ts'
import type { Relief } from './memory/remedies.ts'
import { type RenderedShortage, withRelief } from './memory/with-relief.ts'
import { SOCKET_TIMES } from './progress-socket.ts'
import { renderRemotely } from './render-remotely.ts'
import type { SamplingParameters } from './sampling-parameters.ts'
import { passingMemory } from './window/passing-memory.ts'
import { renderWindows } from './window/render-windows.ts'
import { prepareWindowInputs, type WindowInputs } from './window/window-inputs.ts'
import { windowSampling } from './window/window-sampling.ts'

export interface Rendering {
  readonly backend: Backend
  readonly lost: readonly LostRender[]
  readonly times: FollowTimes
  readonly plan: RenderPlan
  readonly context: RenderContext
  readonly api: ComfyApi
  readonly template: Template
  readonly options: ComfyuiEngineOptions
  readonly checked: WeakMap<ComfyApi, Set<string>>
  readonly relief: ReliefMemory
}

const COMMENT =
  'AI-generated: lip-sync video made with infinitetalk-hub (InfiniteTalk through ComfyUI)'
/** Ten minutes of the highest quality at 720p stay far below. */
const MAX_OUTPUT_BYTES = 8 * 1024 ** 3

/** @throws AppError of the render */
export function generateOn(rendering: Rendering): Promise<RenderedVideo> {
  return rendering.template.rendersWindows ? generateInWindows(rendering) : generateWhole(rendering)
}

function relieved(rendering: Rendering) {
  const { plan, context, backend, template, times, relief } = rendering
  const { width, height } = plan.size
  return {
    ...{ backend, context, memory: relief },
    key: `${backend.name} ${template.name} ${width}x${height}`,
    steps: context.remote?.found?.memorySteps ?? [],
    settleMs: times.pollFirstMs,
  }
}

/** One prompt for the whole video: the loop over its windows is the node pack's. */
async function generateWhole(rendering: Rendering): Promise<RenderedVideo> {
  const { plan, context, backend, lost, times, template, options, checked } = rendering
  const asked = options.parametersOf(plan, template)
  const attention = (await options.chooseAttention?.(context.signal)) ?? null
  const usual = attention === null ? asked : withAttention(asked, attention)
  return withRelief(rendering.api, {
    ...relieved(rendering),
    window: () => null,
    shortage: (relief) => shortageOf(withLessMemory(usual, template, relief), template),
    async render(api, relief, memorySteps) {
      const sampling = withLessMemory(usual, template, relief)
      const { path, warnings } = await orCrash(backend, () =>
        renderRemotely({
          ...{ api, backend, template, sampling, context, lost, memorySteps, times },
          seed: plan.seed,
          async prepare() {
            const graph = bind(template, sampling.values)
            await checkOnce(template, api, checked, () =>
              options.checkWorkflow(api, template.name, graph, context.signal),
            )
            return options.prepareInputs(plan, sampling.windows, context)
          },
          maxBytes: options.maxOutputBytes ?? MAX_OUTPUT_BYTES,
          windowMs: expectedWindowMs(sampling, context),
          socketTimes: options.socketTimes ?? SOCKET_TIMES,
        }),
      )
      return { path, frames: sampling.windows.outputFrames, warnings, comment: COMMENT }
    },
  })
}

function shortageOf(
  { values, windows: { motionFrames } }: SamplingParameters,
  { bindings }: Template,
): RenderedShortage {
  const { tiled_vae: isTiled, block_swap: blocks } = values
  return {
    canTile: bindings.has('tiled_vae') && isTiled !== true,
    // The VAE runs inside the loop of the sampler.
    tilesOwnNode: false,
    swappedBlocks: bindings.has('block_swap') ? (blocks ?? 0) : null,
    windowFrames: null,
    motionFrames,
  }
}

function withLessMemory(
  asked: SamplingParameters,
  { bindings }: Template,
  { tiledVae, blockSwap }: Relief,
): SamplingParameters {
  const tiles = tiledVae && bindings.has('tiled_vae') ? { tiled_vae: true } : {}
  const blocks = blockSwap !== null && bindings.has('block_swap') ? { block_swap: blockSwap } : {}
  return { ...asked, values: { ...asked.values, ...tiles, ...blocks } }
}

/** One prompt for each window: the loop is ours. */
async function generateInWindows(rendering: Rendering): Promise<RenderedVideo> {
  const { plan, context, backend, lost, times, template, options, checked } = rendering
  const { media } = options
  const windows = context.windows ?? passingMemory()
  const tally = { begun: 0 }
  const audioPaths = soundPathsOf(plan)
  const sound = { audioPaths, seconds: plan.seconds, fps: FPS }
  await using voice = new VoiceTrack(sound, windows, media, context)
  const samplingWith = (relief: Relief) => windowSampling(plan, template, relief, windows.done)
  let prepared: Promise<WindowInputs> | null = null
  const prepare = (): Promise<WindowInputs> => {
    prepared ??= prepareWindowInputs(plan, windowSampling(plan, template).plan, context, media)
    return prepared
  }
  return await withRelief(rendering.api, {
    ...relieved(rendering),
    window: () => windows.done.length + 1,
    shortage(relief) {
      const { steps, motionFrames } = samplingWith(relief).plan
      const lengths = steps.slice(windows.done.length).map(({ length }) => length)
      return {
        ...{ motionFrames, swappedBlocks: null, tilesOwnNode: true },
        canTile: canDecodeInTiles(template.graph),
        windowFrames: Math.max(0, ...lengths),
      }
    },
    async render(api, relief, memorySteps) {
      const sampling = samplingWith(relief)
      await checkOnce(template, api, checked, () =>
        options.checkWorkflow(api, template.name, template.graph, context.signal),
      )
      const { stepsPerWindow, plan: windowPlan } = sampling
      const windowMs = expectedWindowMs({ windows: windowPlan, stepsPerWindow }, context)
      const rendered = await orCrash(backend, () =>
        renderWindows({
          ...{ api, backend, template, plan, sampling, media, voice, prepare, context, windows },
          ...{ tally, relief, memorySteps, lost, windowMs, times },
          socketTimes: options.socketTimes ?? SOCKET_TIMES,
        }),
      )
      return { ...rendered, frames: plan.frames, comment: COMMENT }
    },
  })
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
