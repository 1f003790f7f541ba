// A render by the node pack that can be watched while it grows: its node saves the frames of each window in a folder that this program
// sees, and they become kept windows, as those of a render with one prompt for each window. The node then gives no video.
import { FPS } from '@infinitetalk/arithmetic'
import { isRecord } from '@infinitetalk/contract/plain'
import type { RenderContext } from '../../../app/ports/engine.ts'
import type {
  FinishedWindow,
  StoredWindow,
  WindowMemory,
} from '../../../app/ports/window-memory.ts'
import { type RenderPlan, soundPathsOf } from '../../../domain/plan.ts'
import { endsVideo, stepsOf, type WindowStep } from '../../../domain/window-steps.ts'
import type { MediaTools } from '../../../media/media-tools.ts'
import { runInFolder } from '../../../media/run-in-folder.ts'
import { VoiceTrack } from '../../../media/voice-track.ts'
import type { Template } from '../../../workflow/template.ts'
import type { Backend } from '../backend.ts'
import type { ComfyApi } from '../comfy-api.ts'
import type { FollowTimes } from '../follow-times.ts'
import { joinWindows } from '../generate-in-windows.ts'
import type { Rendering } from '../rendering.ts'
import type { SamplingParameters } from '../sampling-parameters.ts'
import { readFrames } from '../window/check-frames.ts'
import { encodeWindow } from '../window/encode-window.ts'
import { showLatest } from '../window/keep-window.ts'
import { passingMemory } from '../window/passing-memory.ts'
import type { KeepingRender } from './follow-with-frames.ts'
import { keepAsSaved } from './keep-as-saved.ts'
import { type SavedFrames, sweepFrames } from './saved-frames.ts'

/**
 * null where no folder is shared, where the graph or the server's node has no place for one, and for a single window: it would only
 * take longer.
 *
 * @throws AppError `engine_unreachable`, `canceled`
 */
export async function openWindowFrames(
  { plan, context, backend, api, template, options, times }: Rendering,
  { windows }: SamplingParameters,
): Promise<WindowFrames | null> {
  const { framesFolder } = backend
  if (framesFolder === undefined || windows.windows === 1) return null
  if (!(await nodeTakesFolder(api, template, context.signal))) return null
  await sweepFrames(framesFolder, Date.now())
  return new WindowFrames({ plan, context, media: options.media, windows, times, backend })
}

/** Versions of the node before September 2025 ignore the folder. */
async function nodeTakesFolder(
  api: ComfyApi,
  { bindings, graph }: Template,
  signal: AbortSignal,
): Promise<boolean> {
  const [target] = bindings.get('frames_folder') ?? []
  const className = graph[target?.nodeId ?? '']?.class_type
  if (target === undefined || className === undefined) return false
  const info = (await api.objectInfo?.(signal, [className]))?.[className]
  const groups = isRecord(info) && isRecord(info.input) ? Object.values(info.input) : []
  return groups.some((inputs) => isRecord(inputs) && Object.hasOwn(inputs, target.input))
}

interface Whole {
  readonly plan: RenderPlan
  readonly context: RenderContext
  readonly media: MediaTools
  readonly windows: SamplingParameters['windows']
  readonly times: FollowTimes
  readonly backend: Pick<Backend, 'name'>
}

export class WindowFrames implements AsyncDisposable {
  readonly #whole: Whole
  readonly #memory: WindowMemory
  readonly #voice: VoiceTrack
  readonly #steps: readonly WindowStep[]

  constructor(whole: Whole) {
    const { plan, context, media, windows } = whole
    this.#whole = whole
    this.#memory = context.windows ?? passingMemory()
    const sound = { audioPaths: soundPathsOf(plan), seconds: plan.seconds, fps: FPS }
    this.#voice = new VoiceTrack(sound, this.#memory, media, context)
    this.#steps = stepsOf(plan.frames, windows).map((step, index) =>
      index < windows.windows - 1 ? step : { ...step, newFrames: plan.frames - step.firstNewFrame },
    )
  }

  /**
   * Keeps the windows of a prompt while it runs.
   *
   * @returns the path of the video
   * @throws AppError as keepAsSaved(), encodeWindow() and WindowMemory.keep()
   */
  async keepAll({ saved, isFound, startPicture, render, signal }: PromptToKeep): Promise<string> {
    const { context, windows, times } = this.#whole
    let startedMs = performance.now()
    const stored = await keepAsSaved({
      ...{ saved, isFound, render, signal, steps: this.#steps },
      outputFrames: windows.outputFrames,
      lateMs: times.framesLateMs,
      pollMs: times.framesPollMs,
      kept: (step) => this.#memory.done.find((window) => isOf(window, step)) ?? null,
      keep: async (step, picturePaths) => {
        const renderSeconds = (performance.now() - startedMs) / 1000
        startedMs = performance.now()
        return this.#keep({ step, picturePaths, renderSeconds, startPicture }, signal)
      },
    })
    return joinWindows(stored, { ...context, signal })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#voice[Symbol.asyncDispose]()
  }

  async #keep(
    { step, picturePaths, renderSeconds, startPicture }: FramesOfWindow,
    signal: AbortSignal,
  ): Promise<StoredWindow> {
    const { plan, context, media, backend } = this.#whole
    const { number, firstNewFrame: firstFrame, newFrames: frames, length } = step
    const of = { number, firstFrame, frames, length, renderSeconds }
    const window: FinishedWindow = { ...of, seed: plan.seed, backend: backend.name }
    const isLast = endsVideo(step, plan)
    return runInFolder(context.workDir, `window-${number}`, async (folder) => {
      const read = await readFrames(picturePaths, plan.size, number)
      const toEncode = { window, picturePaths, read, voice: this.#voice, isLast, startPicture }
      const segmentPath = await encodeWindow(toEncode, folder, { media, signal })
      await showLatest(picturePaths.at(-1), context)
      // Nothing is handed over: the next window is sampled in the same prompt.
      return this.#memory.keep(window, { segmentPath, handoverPath: null, leadPath: null })
    })
  }
}

export interface PromptToKeep extends KeepingRender {
  readonly saved: SavedFrames
  /** As an earlier attempt left it. */
  readonly isFound: boolean
  /** The picture that the render began with. */
  readonly startPicture: () => Promise<string>
}

interface FramesOfWindow extends Pick<PromptToKeep, 'startPicture'> {
  readonly step: WindowStep
  readonly picturePaths: readonly string[]
  readonly renderSeconds: number
}

function isOf({ number, firstFrame, frames }: StoredWindow, step: WindowStep): boolean {
  return number === step.number && firstFrame === step.firstNewFrame && frames === step.newFrames
}
