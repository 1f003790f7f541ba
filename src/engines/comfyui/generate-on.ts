// One render on the backend that was chosen for it: in windows or whole, with every remedy against a lack of memory.
import type { RenderedVideo } from '../../app/ports/engine.ts'
import { bind } from '../../workflow/bind.ts'
import type { Template } from '../../workflow/template.ts'
import { openWindowFrames } from './frames/window-frames.ts'
import { generateInWindows } from './generate-in-windows.ts'
import type { Relief } from './memory/remedies.ts'
import { type RenderedShortage, withRelief } from './memory/with-relief.ts'
import { SOCKET_TIMES } from './progress-socket.ts'
import { renderRemotely } from './render-remotely.ts'
import {
  COMMENT,
  checkOnce,
  expectedWindowMs,
  orCrash,
  type Rendering,
  relieved,
} from './rendering.ts'
import type { SamplingParameters } from './sampling-parameters.ts'

/** Ten minutes of the highest quality at 720p stay far below. */
const MAX_OUTPUT_BYTES = 8 * 1024 ** 3

/** @throws AppError of the render */
export function generateOn(rendering: Rendering): Promise<RenderedVideo> {
  return rendering.template.rendersWindows ? generateInWindows(rendering) : generateWhole(rendering)
}

/** One prompt for the whole video: the loop over its windows is the node pack's. */
async function generateWhole(rendering: Rendering): Promise<RenderedVideo> {
  const { plan, context, backend, lost, times, template, options, checked } = rendering
  const asked = options.parametersOf(plan, template)
  const attention = (await options.chooseAttention?.(context.signal)) ?? null
  const usual = attention === null ? asked : withAttention(asked, attention)
  await using frames = await openWindowFrames(rendering, usual)
  return await withRelief(rendering.api, {
    ...relieved(rendering),
    window: () => null,
    shortage: (relief) => shortageOf(withLessMemory(usual, template, relief), template),
    async render(api, relief, memorySteps) {
      const sampling = withLessMemory(usual, template, relief)
      const { path, warnings } = await orCrash(backend, () =>
        renderRemotely({
          ...{ api, backend, template, sampling, context, lost, memorySteps, times },
          ...{ seed: plan.seed, frames },
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
      const rendered = frames === null ? sampling.windows.outputFrames : plan.frames
      return { path, frames: rendered, warnings, comment: COMMENT }
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

function withAttention(asked: SamplingParameters, attention: string): SamplingParameters {
  return { ...asked, values: { attention, ...asked.values } }
}
