// Sends a graph to ComfyUI exactly once. An answer may be lost on its way back, and ComfyUI runs a repeated id a second time: so
// nothing is sent again before the queue and the history show that the first one never arrived.
import { abortError } from '../../async/abort-error.ts'
import { pause } from '../../async/pause.ts'
import { type AppError, toAppError } from '../../domain/errors.ts'
import type { ComfyApi, HandOverTimes } from './comfy-api.ts'
import { endPrompt } from './end-prompt.ts'

const MAX_POSTS = 3

interface Sending extends Pick<ComfyApi, 'find' | 'stop'> {
  readonly send: () => Promise<void>
}

/**
 * @throws AppError what explainRejection() makes of a refusal, `engine_unreachable`, or what the signal was aborted with; in
 *   the last two cases the prompt may have been taken
 */
export async function submitPrompt(
  api: Sending,
  promptId: string,
  times: HandOverTimes,
  signal: AbortSignal,
): Promise<void> {
  for (let posts = 1; ; posts += 1) {
    try {
      return await api.send()
    } catch (thrown) {
      if (signal.aborted) throw abortError(signal)
      const error = toAppError(thrown)
      if (error.code !== 'engine_unreachable') {
        await removePartlyTaken(api, promptId, error, times.endMs)
        throw error
      }
      if (await hasArrived(api, promptId, times.pollFirstMs, signal)) return
      if (posts === MAX_POSTS) throw error
    }
  }
}

/** A 200 with errors of some nodes means that the rest of the graph is in the queue. */
async function removePartlyTaken(
  api: Pick<ComfyApi, 'find' | 'stop'>,
  id: string,
  { meta }: AppError,
  endMs: number,
): Promise<void> {
  if (meta.status === 200) await endPrompt(api, id, endMs).catch(() => null)
}

/** A prompt that the first look misses may still be accepted. @throws AppError `engine_unreachable` */
async function hasArrived(
  api: Pick<ComfyApi, 'find' | 'stop'>,
  id: string,
  pauseMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await api.find(id, signal)).state !== 'nowhere') return true
  await pause(pauseMs, signal).catch(() => {
    throw abortError(signal)
  })
  return (await api.find(id, signal)).state !== 'nowhere'
}
