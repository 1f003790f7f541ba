// A video with one prompt for each window: the loop is ours. All windows are one chain, on one backend.
import { join } from 'node:path'
import { FPS } from '@infinitetalk/arithmetic'
import type { RenderContext, RenderedVideo } from '../../app/ports/engine.ts'
import type { StoredWindow, WindowMemory } from '../../app/ports/window-memory.ts'
import type { MemoryStep } from '../../domain/job.ts'
import { type RenderPlan, soundPathsOf } from '../../domain/plan.ts'
import { joinSegments } from '../../media/join-segments.ts'
import type { MediaTools } from '../../media/media-tools.ts'
import { VoiceTrack } from '../../media/voice-track.ts'
import { canDecodeInTiles } from '../../workflow/bind-window.ts'
import type { Template } from '../../workflow/template.ts'
import { NO_RELIEF, type Relief } from './memory/remedies.ts'
import { withRelief } from './memory/with-relief.ts'
import type { PrepareTools } from './prepare-inputs.ts'
import { SOCKET_TIMES } from './progress-socket.ts'
import {
  COMMENT,
  checkOnce,
  expectedWindowMs,
  orCrash,
  type Rendering,
  relieved,
} from './rendering.ts'
import { passingMemory } from './window/passing-memory.ts'
import { PieceWindows } from './window/piece-windows.ts'
import { renderWindows } from './window/render-windows.ts'
import { readTurns } from './window/who-talks.ts'
import { prepareWindowInputs, type WindowInputs } from './window/window-inputs.ts'
import { type WindowSampling, windowSampling } from './window/window-sampling.ts'
import type { Piece, WindowedResult } from './window/windowed-render.ts'

/** All that the windows of a video share, wherever they are rendered. */
export interface WindowedVideo extends AsyncDisposable {
  readonly windows: WindowMemory
  readonly voice: VoiceTrack
  prepare(): Promise<WindowInputs>
}

/** @param template that renders windows */
export function openWindowedVideo(
  plan: RenderPlan,
  template: Template,
  context: RenderContext,
  media: PrepareTools & MediaTools,
): WindowedVideo {
  const windows = context.windows ?? passingMemory()
  const sound = { audioPaths: soundPathsOf(plan), seconds: plan.seconds, fps: FPS }
  const voice = new VoiceTrack(sound, windows, media, context)
  let prepared: Promise<WindowInputs> | null = null
  return {
    windows,
    voice,
    prepare() {
      prepared ??= prepareWindowInputs(plan, windowSampling(plan, template).plan, context, media)
      return prepared
    },
    [Symbol.asyncDispose]: () => voice[Symbol.asyncDispose](),
  }
}

/** Consecutive windows, each beginning with the last frames of the window before. */
export interface Chain {
  readonly windows: WindowMemory
  samplingWith(relief: Relief): WindowSampling
  pieceOf(sampling: WindowSampling): Piece
  /** The fewest frames that the last of its windows may add. */
  readonly leastNewFrames?: number
}

export type RenderedChain = WindowedResult & { readonly memorySteps?: readonly MemoryStep[] }

/** @throws AppError of the render */
export function renderChain(
  rendering: Rendering,
  { voice, prepare }: WindowedVideo,
  { windows, samplingWith, pieceOf, leastNewFrames }: Chain,
): Promise<RenderedChain> {
  const { plan, context, backend, lost, times, template, options, checked } = rendering
  const { media } = options
  const tally = { begun: 0 }
  return withRelief(rendering.api, {
    ...relieved(rendering),
    window: () => pieceOf(samplingWith(NO_RELIEF)).steps[0]!.number + windows.done.length,
    shortage(relief) {
      const sampling = samplingWith(relief)
      const lengths = pieceOf(sampling)
        .steps.slice(windows.done.length)
        .map(({ length }) => length)
      return {
        ...{ swappedBlocks: null, tilesOwnNode: true },
        motionFrames: sampling.plan.motionFrames,
        canTile: canDecodeInTiles(template.graph),
        windowFrames: Math.max(0, ...lengths),
        ...(leastNewFrames === undefined ? {} : { leastNewFrames }),
      }
    },
    async render(api, relief, memorySteps) {
      const sampling = samplingWith(relief)
      await checkOnce(template, api, checked, () =>
        options.checkWorkflow(api, template.name, template.graph, context.signal),
      )
      const { stepsPerWindow, plan: windowPlan } = sampling
      const windowMs = expectedWindowMs({ windows: windowPlan, stepsPerWindow }, context)
      return orCrash(backend, () =>
        renderWindows({
          ...{ api, backend, template, plan, sampling, media, voice, prepare, context, windows },
          ...{ tally, relief, memorySteps, lost, windowMs, times, piece: pieceOf(sampling) },
          socketTimes: options.socketTimes ?? SOCKET_TIMES,
        }),
      )
    },
  })
}

/** One chain for the whole video. @throws AppError of the render */
export async function generateInWindows(rendering: Rendering): Promise<RenderedVideo> {
  const { plan, context, template, options } = rendering
  const turns = template.speakers === 2 ? await readTurns(plan, context.signal) : null
  await using video = openWindowedVideo(plan, template, context, options.media)
  const windows = new PieceWindows(video.windows, 0, plan.frames)
  const { stored, ...rendered } = await renderChain(rendering, video, {
    windows,
    samplingWith: (relief) => windowSampling(plan, template, relief, windows.done, null, turns),
    pieceOf: ({ plan: { steps } }) => ({ steps, before: null, after: null }),
  })
  const path = await joinWindows(stored, context)
  return { ...rendered, path, frames: plan.frames, comment: COMMENT }
}

/** The segments of all windows joined are the video. @returns its path @throws AppError as joinSegments() */
export async function joinWindows(
  stored: readonly StoredWindow[],
  { workDir, signal }: Pick<RenderContext, 'workDir' | 'signal'>,
): Promise<string> {
  const path = join(workDir, 'windows.mp4')
  const segments = stored.map(({ segmentPath }) => segmentPath)
  await joinSegments(segments, path, signal)
  return path
}
