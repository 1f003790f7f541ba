// What earlier attempts left of a render in windows: windows that are kept for good, and prompts that a ComfyUI still runs or has
// ended.
import type { StoredWindow } from '../../../app/ports/window-memory.ts'
import type { RemoteRender } from '../../../domain/job.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
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
  readonly promptId: string
  /** It runs or has ended well, and so do those of all windows before it. Otherwise it is of no use. */
  readonly isUsable: boolean
}

/**
 * Prompts that are still there, of windows without a gap.
 *
 * @param left the windows that are not kept yet, in order
 * @throws AppError `engine_unreachable`, `canceled`
 */
export async function findEarlierPrompts(
  { prompts = [] }: Pick<RemoteRender, 'prompts'>,
  left: readonly WindowStep[],
  api: ComfyApi,
  signal: AbortSignal,
): Promise<readonly EarlierPrompt[]> {
  const found: EarlierPrompt[] = []
  let isUnbroken = true
  for (const step of left) {
    const prompt = prompts.find(({ window }) => window === step.number)
    if (prompt === undefined) break
    const place = await findTwice(api, prompt.id, signal)
    isUnbroken &&= place.state === 'ended' ? place.entry.succeeded : place.state !== 'nowhere'
    const isThere = place.state !== 'nowhere'
    if (isThere) found.push({ step, promptId: prompt.id, isUsable: isUnbroken })
  }
  return found
}
