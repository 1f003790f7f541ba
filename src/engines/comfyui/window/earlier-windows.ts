// Finds the work of previous attempts on a render in windows: windows that are kept, and prompts that a ComfyUI still runs or has
// finished.
import type { StoredWindow } from '../../../app/ports/window-memory.ts'
import type { RemotePrompt, RemoteRender } from '../../../domain/job.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
import type { HistoryEntry } from '../comfy-answers.ts'
import type { ComfyApi } from '../comfy-api.ts'
import { findTwice } from '../find-prompt.ts'

/** Another version of this program may have cut the video otherwise: its windows do not fit then, nor does what follows them. */
export function fittingWindows(
  done: readonly StoredWindow[],
  steps: readonly WindowStep[],
): StoredWindow[] {
  const unfit = done.findIndex((window, index) => !fits(window, steps[index]))
  return done.slice(0, unfit < 0 ? undefined : unfit)
}

function fits(window: StoredWindow, step: WindowStep | undefined): boolean {
  return (
    step !== undefined &&
    window.number === step.number &&
    window.firstFrame === step.firstNewFrame &&
    window.frames === step.newFrames &&
    window.length === step.length
  )
}

/** The record of the attempt before when it rendered on this backend, in windows; null otherwise. */
export function earlierHere(found: RemoteRender | null, backend: string): RemoteRender | null {
  const isHere = found?.engine === 'comfyui' && found.backend === backend
  return isHere && found.prompts !== undefined ? found : null
}

export interface EarlierPrompt {
  readonly step: WindowStep
  readonly prompt: RemotePrompt
  /** It runs or has ended well, and so do those of all windows before it. Otherwise it is of no use. */
  readonly isUsable: boolean
  /** Where ComfyUI forgot the prompt, what its files say; null where it can be asked. */
  readonly entry: HistoryEntry | null
}

/**
 * Prompts that are still there or have saved all their files, of windows without a gap.
 *
 * @param left the windows that are not kept yet, in order
 * @throws AppError `engine_unreachable`, `canceled`
 */
export async function findEarlierPrompts(
  { prompts = [] }: Pick<RemoteRender, 'prompts'>,
  left: readonly WindowStep[],
  saved: (step: WindowStep, prompt: RemotePrompt) => Promise<HistoryEntry | null>,
  api: ComfyApi,
  signal: AbortSignal,
): Promise<readonly EarlierPrompt[]> {
  const found: EarlierPrompt[] = []
  let isUnbroken = true
  for (const step of left) {
    const prompt = prompts.find(({ window }) => window === step.number)
    if (prompt === undefined) break
    const place = await findTwice(api, prompt.id, signal)
    const entry: HistoryEntry | null =
      place.state === 'nowhere' && isUnbroken ? await saved(step, prompt) : null
    const isThere: boolean = place.state !== 'nowhere' || entry !== null
    isUnbroken &&= place.state === 'ended' ? place.entry.succeeded : isThere
    if (isThere) found.push({ step, prompt, isUsable: isUnbroken, entry })
  }
  return found
}

/**
 * How many windows were rendered in all, as far as an earlier attempt recorded it. A window counts from the moment the one before it
 * is kept: where a machine is lost while it hands over, the window that was only just sent behind is not a second one lost.
 *
 * @param done the last window that is kept
 * @param usable windows of the record that need not be rendered again
 */
export function countEarlier(found: RemoteRender | null, done: number, usable: number): number {
  const { begun = 0, prompts = [] } = found ?? {}
  const lost = prompts.filter(({ window }) => window > done).length - usable
  return begun - Math.max(0, lost - 1)
}
