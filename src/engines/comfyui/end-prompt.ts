// Makes a prompt stop, and looks until it is gone.
import { untilGone } from '../remote/until-gone.ts'
import type { PromptPlace } from './comfy-answers.ts'
import type { ComfyApi } from './comfy-api.ts'

/**
 * @returns where the prompt was seen last: `ended` or `nowhere` when it is gone, null when nothing was seen in time
 * @throws AppError `engine_unreachable`
 */
export function endPrompt(
  api: Pick<ComfyApi, 'find' | 'stop'>,
  id: string,
  withinMs: number,
): Promise<PromptPlace | null> {
  return untilGone<PromptPlace>(
    {
      look: (signal) => api.find(id, signal),
      // Seen nowhere once, it may be on its way from the queue to the history.
      isGone: ({ state }, before) =>
        state === 'ended' || (state === 'nowhere' && before?.state === 'nowhere'),
      stop: (place, signal) => api.stop(id, place, signal),
    },
    AbortSignal.timeout(withinMs),
  )
}

export function isGone(place: PromptPlace | null): boolean {
  return place?.state === 'ended' || place?.state === 'nowhere'
}
