// Makes a prompt stop: one that waits is taken out of the queue, one that runs is interrupted by its id, so that nobody else's is.
import { untilGone } from '../remote/until-gone.ts'
import type { ComfyApi } from './comfy-api.ts'
import { findPrompt, type PromptPlace } from './find-prompt.ts'

/**
 * @returns where the prompt was seen last: `ended` or `nowhere` when it is gone, null when nothing was seen in time
 * @throws AppError `engine_unreachable`
 */
export function endPrompt(
  api: ComfyApi,
  id: string,
  withinMs: number,
): Promise<PromptPlace | null> {
  return untilGone<PromptPlace>(
    {
      look: (signal) => findPrompt(api, id, signal),
      // Seen nowhere once, it may be on its way from the queue to the history.
      isGone: ({ state }, before) =>
        state === 'ended' || (state === 'nowhere' && before?.state === 'nowhere'),
      async stop({ state }, signal) {
        if (state === 'pending') await api.deleteQueued(id, signal)
        if (state === 'running') await api.interrupt(id, signal)
      },
    },
    AbortSignal.timeout(withinMs),
  )
}

export function isGone(place: PromptPlace | null): boolean {
  return place?.state === 'ended' || place?.state === 'nowhere'
}
