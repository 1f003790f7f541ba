// Follows a prompt to its end, and keeps its windows meanwhile. Whichever fails first ends the other.
import { toAppError } from '../../../domain/errors.ts'
import { type FollowedRender, followRender } from '../follow-render.ts'
import type { RenderSoFar } from './keep-as-saved.ts'

export interface KeepingRender {
  readonly render: RenderSoFar
  readonly signal: AbortSignal
}

/**
 * @returns what keep() returns
 * @throws AppError as followRender() and keep()
 */
export async function followWithFrames<Kept>(
  followed: FollowedRender,
  { stepsPerWindow, onEnd }: { readonly stepsPerWindow: number; readonly onEnd: () => void },
  keep: (keeping: KeepingRender) => Promise<Kept>,
): Promise<Kept> {
  const { events } = followed
  const stop = new AbortController()
  const signal = AbortSignal.any([followed.signal, stop.signal])
  let hasEnded = false
  const render: RenderSoFar = {
    get hasEnded() {
      return hasEnded
    },
    get hasSaved() {
      const { stage, done } = events.progress
      return stage === 'sampling' && done > stepsPerWindow
    },
  }
  const keeping = keep({ render, signal })
  // Heard at once, and thrown where it is awaited.
  keeping.catch((error: unknown) => stop.abort(toAppError(error)))
  try {
    await followRender({ ...followed, signal })
    hasEnded = true
    onEnd()
    return await keeping
  } catch (thrown) {
    stop.abort(toAppError(thrown))
    await keeping.catch(() => {})
    throw thrown
  }
}
