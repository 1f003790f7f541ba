// Ends a render that a previous attempt left running and that nobody waits for, so that no GPU works for nothing.
import type { RemoteRender } from '../../domain/job.ts'
import type { Backend } from './backend.ts'
import { endPrompt } from './end-prompt.ts'
import { findTwice } from './find-prompt.ts'
import type { FollowTimes } from './follow-times.ts'
import { savedFramesOf } from './frames/saved-frames.ts'
import { RemoteInputs } from './remote-inputs.ts'

/** Does nothing when the render is another machine's, or is gone already. @throws AppError `engine_unreachable` */
export async function abandonRender(
  { engine, backend: machine, id, prompts }: RemoteRender,
  backend: Backend,
  { endMs, tidyMs }: FollowTimes,
  signal: AbortSignal,
): Promise<void> {
  if (engine !== 'comfyui' || machine !== backend.name || prompts?.length === 0) return
  const api = await backend.ready(signal)
  // The newest first: it runs, or will.
  const ids = prompts === undefined ? [id] : prompts.map((prompt) => prompt.id).toReversed()
  for (const promptId of ids) {
    const place = await findTwice(api, promptId, signal)
    if (place.state !== 'nowhere') await endPrompt(api, promptId, endMs)
    await savedFramesOf(backend, promptId)?.remove()
    if (place.state === 'nowhere') continue
    const soon = AbortSignal.any([signal, AbortSignal.timeout(tidyMs)])
    await api.deleteHistory(promptId, soon)
    await RemoteInputs.ofGraph(api, id, place.graph).remove(backend, soon)
  }
}
