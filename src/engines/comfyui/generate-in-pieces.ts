// A long video in pieces that several backends render at the same time, each a chain of windows of its own. A piece takes the next
// backend that is free, and another one when that fails; the seams between pieces need no machine.
import type { RenderContext, RenderedVideo } from '../../app/ports/engine.ts'
import { abortError } from '../../async/abort-error.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import { pieceRanges, type WindowStep } from '../../domain/window-steps.ts'
import type { Template } from '../../workflow/template.ts'
import type { ComfyuiEngineOptions } from './engine-options.ts'
import {
  joinWindows,
  openWindowedVideo,
  type RenderedChain,
  renderChain,
  type WindowedVideo,
} from './generate-in-windows.ts'
import { NO_RELIEF, type Relief } from './memory/remedies.ts'
import { COMMENT, type Rendering } from './rendering.ts'
import { fittingWindows } from './window/earlier-windows.ts'
import { PieceProgress } from './window/piece-progress.ts'
import { PieceRecords } from './window/piece-records.ts'
import { PieceWindows } from './window/piece-windows.ts'
import { Seam } from './window/seam.ts'
import { type WindowSampling, windowSampling } from './window/window-sampling.ts'
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
  const ranges = pieceRanges(plan.frames, cuts)
  const windowsOf = ranges.map(({ fromFrame, toFrame }) => {
    return new PieceWindows(video.windows, fromFrame, toFrame)
  })
  const samplingOf = (index: number, relief: Relief): WindowSampling =>
    windowSampling(plan, template, relief, windowsOf[index]!.done, ranges[index]!)
  const { stepsPerWindow, plan: windowing } = samplingOf(0, NO_RELIEF)
  const stepsOf = ranges.map((_, index) => samplingOf(index, NO_RELIEF).plan.steps)
  const pieces = seamed(stepsOf, windowsOf)
  const records = context.remote === undefined ? null : new PieceRecords(context.remote, cuts)
  const begun = pieces.map(({ steps }, index) => ({ steps, done: windowsOf[index]!.done.length }))
  const progress = new PieceProgress(begun, stepsPerWindow, options.pool.size, context.onProgress)
  return pieces.map((piece, index) => {
    const windows = windowsOf[index]!
    const chain = {
      windows,
      samplingWith: (relief: Relief) => samplingOf(index, relief),
      pieceOf: ({ plan: { steps } }: WindowSampling): Piece => ({ ...piece, steps }),
      // The crossfade takes its frames from one window.
      leastNewFrames: windowing.motionFrames,
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
        progress.end(index, rendered.stored.length)
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
