// Keeps each window of a render that one prompt makes whole, while the next one is rendered: waits for its frames in the shared folder,
// stores it and deletes them. So the folder holds a window or two, however long the video is.
import { rm } from 'node:fs/promises'
import type { StoredWindow } from '../../../app/ports/window-memory.ts'
import { pause } from '../../../async/pause.ts'
import { AppError } from '../../../domain/errors.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
import type { SavedFrames } from './saved-frames.ts'

export interface FramesToKeep {
  readonly saved: SavedFrames
  readonly steps: readonly WindowStep[]
  /** Frames that the node saves in all. */
  readonly outputFrames: number
  /** An earlier attempt may have kept some of the windows. */
  readonly isFound: boolean
  /** How far the prompt is. */
  readonly render: RenderSoFar
  /** @throws AppError */
  keep(step: WindowStep, picturePaths: readonly string[]): Promise<StoredWindow>
  /** The window as an earlier attempt has kept it; null when it has not. */
  kept(step: WindowStep): StoredWindow | null
  /** For what another machine has saved to be seen here. */
  readonly lateMs: number
  readonly pollMs: number
  readonly signal: AbortSignal
}

export interface RenderSoFar {
  readonly hasEnded: boolean
  /** The second window is being sampled, so the first one is saved. */
  readonly hasSaved: boolean
}

/**
 * @returns all windows, in order
 * @throws AppError `output_missing` when frames do not come that must be there, `output_invalid`, and of keep()
 */
export async function keepAsSaved(frames: FramesToKeep): Promise<readonly StoredWindow[]> {
  const stored: StoredWindow[] = []
  // Frames are deleted in order, so the first one that is left shows where an earlier attempt was.
  const start = { frame: frames.isFound ? null : 0 }
  for (const step of frames.steps) stored.push(await keepNext(step, start, frames))
  return stored
}

async function keepNext(
  step: WindowStep,
  start: { frame: number | null },
  frames: FramesToKeep,
): Promise<StoredWindow> {
  const { saved, outputFrames, lateMs, pollMs, signal } = frames
  const { firstNewFrame, newFrames } = step
  const count = Math.min(newFrames, outputFrames - firstNewFrame)
  let missedSinceMs: number | null = null
  for (;;) {
    const { hasEnded, hasSaved } = frames.render
    start.frame ??= await saved.first()
    if (start.frame === null ? hasEnded : firstNewFrame < start.frame) {
      const kept = frames.kept(step)
      if (kept !== null) return kept
      if (start.frame !== null) throw await missing(step, saved)
    }
    const paths = await saved.whole(firstNewFrame, count)
    if (paths !== null) {
      // The sampler counts a frame less than the voice may need: the last one is held.
      const held = Array.from({ length: newFrames - count }, () => paths.at(-1)!)
      const window = await frames.keep(step, [...paths, ...held])
      for (const path of paths) await rm(path, { force: true })
      return window
    }
    const isMissed = hasEnded || (hasSaved && !(await saved.hasBegun()))
    missedSinceMs = isMissed ? (missedSinceMs ?? performance.now()) : null
    if (missedSinceMs !== null && performance.now() - missedSinceMs >= lateMs) {
      throw await missing(step, saved)
    }
    await pause(pollMs, signal)
  }
}

async function missing({ number }: WindowStep, saved: SavedFrames): Promise<AppError> {
  if (await saved.hasBegun()) {
    const detail = `Window ${number} of the render lacks frames in the folder of COMFYUI_FRAMES_DIR. Look for free disk space there.`
    return new AppError('output_invalid', detail, { meta: { window: number } })
  }
  const detail = `ComfyUI has saved its frames where this hub does not see them. Set COMFYUI_FRAMES_DIR to a folder that both see under this path, or do not set it (${saved.path}).`
  return new AppError('output_missing', detail)
}
