// Makes a prompt stop, whatever it does at the moment: one that waits is taken out of the queue, one that runs is interrupted
// by its id, so that nobody else's is. Between the two it may begin: so it is looked at until it is gone.
import { pause } from '../../async/pause.ts'
import type { ComfyApi } from './comfy-api.ts'
import { findPrompt, type PromptPlace } from './find-prompt.ts'

const FIRST_LOOK_MS = 50
const LONGEST_LOOK_MS = 2000

/**
 * @returns where the prompt was seen last: `ended` or `nowhere` when it is gone, null when nothing was seen in time
 * @throws AppError `engine_unreachable`
 */
export async function endPrompt(
  api: ComfyApi,
  id: string,
  withinMs: number,
): Promise<PromptPlace | null> {
  const signal = AbortSignal.timeout(withinMs)
  let seen: PromptPlace | null = null
  try {
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, LONGEST_LOOK_MS)) {
      const before = seen
      seen = await findPrompt(api, id, signal)
      if (seen.state === 'ended') return seen
      if (seen.state === 'nowhere' && before?.state === 'nowhere') return seen
      if (seen.state === 'pending') await api.deleteQueued(id, signal)
      if (seen.state === 'running') await api.interrupt(id, signal)
      await pause(lookMs, signal)
    }
  } catch (thrown) {
    if (signal.aborted) return seen
    throw thrown
  }
}

export function isGone(place: PromptPlace | null): boolean {
  return place?.state === 'ended' || place?.state === 'nowhere'
}
