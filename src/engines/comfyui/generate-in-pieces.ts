// A long video in pieces that several backends render at the same time, each a chain of windows of its own. A piece takes the next
// backend that is free, and another one when that fails; the seams between pieces need no machine.
import type { RenderContext, RenderedVideo } from '../../app/ports/engine.ts'
import { abortError } from '../../async/abort-error.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import type { WindowStep } from '../../domain/window-steps.ts'
import type { Template } from '../../workflow/template.ts'
import type { ComfyuiEngineOptions } from './engine-options.ts'
import {
  joinWindows,
  openWindowedVideo,
  type RenderedChain,
  renderChain,
  type WindowedVideo,
} from './generate-in-windows.ts'
import { NO_RELIEF } from './memory/remedies.ts'
import { COMMENT, type Rendering } from './rendering.ts'
import { fittingWindows } from './window/earlier-windows.ts'
import { PieceProgress } from './window/piece-progress.ts'
import { PieceRecords } from './window/piece-records.ts'
import { PieceWindows } from './window/piece-windows.ts'
import { Seam } from './window/seam.ts'
import { windowSampling } from './window/window-sampling.ts'
import type { Piece } from './window/windowed-render.ts'

export interface PiecesToRender {
  readonly plan: RenderPlan
  readonly context: RenderContext
  readonly template: Template
  /** The first frame of every piece but the first. */
  readonly cuts: readonly number[]
  readonly options: Pick<ComfyuiEngineOptions, 'pool' | 'media'>
  /** Gives the work a backend, and another one when that fails. */
  onBackend(
    context: RenderContext,
    work: (rendering: Rendering) => Promise<RenderedChain>,
  ): Promise<RenderedChain>
}

/** @throws AppError of the first piece that fails */
export async function generateInPieces(request: PiecesToRender): Promise<RenderedVideo> {
  const { plan, context, template, options } = request
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  await using video = openWindowedVideo(plan, template, { ...context, signal }, options.media)
  const pieces = cutOut(request, video)
  const ended = await Promise.allSettled(
    pieces.map(async (piece) => {
      try {
        return await piece.render(signal)
      } catch (error) {
        stop.abort(error)
        throw error
      }
    }),
  )
  if (context.signal.aborted) throw abortError(context.signal)
  signal.throwIfAborted()
  const chains = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const memorySteps = chains.flatMap((chain) => chain.memorySteps ?? [])
  return {
    path: await joinWindows(
      chains.flatMap(({ stored }) => stored),
      context,
    ),
    frames: plan.frames,
    windows: {
      needed: chains.reduce((sum, { windows: { needed } }) => sum + needed, 0),
      rendered: chains.reduce((sum, { windows: { rendered } }) => sum + rendered, 0),
      pieces: pieces.length,
    },
    ...(memorySteps.length === 0 ? {} : { memorySteps }),
    warnings: [...new Set(chains.flatMap(({ warnings }) => warnings))],
    comment: COMMENT,
  }
}

interface PieceOfVideo {
  render(signal: AbortSignal): Promise<RenderedChain>
}

function cutOut(request: PiecesToRender, video: WindowedVideo): readonly PieceOfVideo[] {
  const { plan, context, template, cuts, options, onBackend } = request
  const ends = [...cuts, plan.frames]
  const windowsOf = ends.map((end, index) => {
    return new PieceWindows(video.windows, cuts[index - 1] ?? 0, end)
  })
  const sampling = windowSampling(plan, template, NO_RELIEF, windowsOf[0]!.done, cuts)
  const pieces = seamed(stepsBetween(sampling.plan.steps, ends), windowsOf)
  const records = context.remote === undefined ? null : new PieceRecords(context.remote, cuts)
  const begun = pieces.map(({ steps }, index) => ({ steps, done: windowsOf[index]!.done.length }))
  const { stepsPerWindow } = sampling
  const progress = new PieceProgress(begun, stepsPerWindow, options.pool.size, context.onProgress)
  return pieces.map((piece, index) => {
    const windows = windowsOf[index]!
    const chain = {
      windows,
      samplingWith: () => sampling,
      pieceOf: () => piece,
      // Their number would change, and with it those of the next piece.
      mayShorten: false,
    }
    return {
      async render(signal) {
        const stored = fittingWindows(windows.done, piece.steps)
        const remote = records?.of(index)
        if (stored.length === piece.steps.length) return renderedBefore(stored, remote)
        const around: RenderContext = {
          ...context,
          signal,
          windows,
          ...(remote === undefined ? {} : { remote }),
          onProgress: (one) => progress.hear(index, one),
        }
        const rendered = await onBackend(around, (rendering) =>
          renderChain(rendering, video, chain),
        )
        progress.end(index, piece.steps.length)
        return rendered
      },
    }
  })
}

function renderedBefore(
  stored: RenderedChain['stored'],
  remote: RenderContext['remote'],
): RenderedChain {
  const { warnings = [], begun = 0 } = remote?.found ?? {}
  return { stored, warnings, windows: { needed: stored.length, rendered: begun } }
}

/** @param ends the first frame after each piece */
function stepsBetween(
  steps: readonly WindowStep[],
  ends: readonly number[],
): readonly (readonly WindowStep[])[] {
  return ends.map((end, index) => {
    const start = ends[index - 1] ?? 0
    return steps.filter(({ firstNewFrame: frame }) => frame >= start && frame < end)
  })
}

function seamed(
  stepsOf: readonly (readonly WindowStep[])[],
  windowsOf: readonly PieceWindows[],
): readonly Piece[] {
  const storedOf = stepsOf.map((steps, index) => fittingWindows(windowsOf[index]!.done, steps))
  const seams = stepsOf.slice(1).map((_, index) => {
    const last = storedOf[index]![stepsOf[index]!.length - 1] ?? null
    return new Seam(last, storedOf[index + 1]![0] ?? null)
  })
  return stepsOf.map((steps, index) => {
    return { steps, before: seams[index - 1] ?? null, after: seams[index] ?? null }
  })
}
