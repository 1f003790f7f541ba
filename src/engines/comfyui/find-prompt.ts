// Finds a prompt in a ComfyUI. The queue is read before the history, because a prompt moves from the queue to the history: read the
// other way round, both could miss it.

import type { HistoryEntry, PromptPlace, Queue } from './comfy-answers.ts'
import type { ComfyApi } from './comfy-api.ts'

interface Places {
  queue(signal: AbortSignal): Promise<Queue>
  history(id: string, signal: AbortSignal): Promise<HistoryEntry | null>
}

/** @throws AppError `engine_unreachable`, `canceled` */
export async function findOnServer(
  { queue, history }: Places,
  id: string,
  signal: AbortSignal,
): Promise<PromptPlace> {
  const { running, pending } = await queue(signal)
  const runs = running.find((prompt) => prompt.id === id)
  if (runs !== undefined) return { state: 'running', graph: runs.graph }
  const waits = pending.find((prompt) => prompt.id === id)
  if (waits !== undefined) return { state: 'pending', graph: waits.graph }
  const entry = await history(id, signal)
  return entry === null ? { state: 'nowhere' } : { state: 'ended', entry, graph: entry.graph }
}

/** `nowhere` can be believed. @throws AppError `engine_unreachable`, `canceled` */
export async function findTwice(
  api: Pick<ComfyApi, 'find'>,
  id: string,
  signal: AbortSignal,
): Promise<PromptPlace> {
  const place = await api.find(id, signal)
  return place.state === 'nowhere' ? api.find(id, signal) : place
}
