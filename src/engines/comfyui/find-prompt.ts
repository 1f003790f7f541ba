// Finds a prompt: the one source of the truth about it. The queue is read before the history, because a prompt moves from the
// queue to the history: read the other way round, both could miss it.

import type { HistoryEntry } from './comfy-answers.ts'
import type { ComfyApi } from './comfy-api.ts'

export type PromptPlace =
  | { readonly state: 'pending' | 'running'; readonly graph: unknown }
  | { readonly state: 'ended'; readonly entry: HistoryEntry; readonly graph: unknown }
  /** Seen once this means nothing: the prompt may be on its way from the queue to the history. */
  | { readonly state: 'nowhere' }

/** @throws AppError `engine_unreachable`, `canceled` */
export async function findPrompt(
  api: ComfyApi,
  id: string,
  signal: AbortSignal,
): Promise<PromptPlace> {
  const { running, pending } = await api.queue(signal)
  const runs = running.find((prompt) => prompt.id === id)
  if (runs !== undefined) return { state: 'running', graph: runs.graph }
  const waits = pending.find((prompt) => prompt.id === id)
  if (waits !== undefined) return { state: 'pending', graph: waits.graph }
  const entry = await api.history(id, signal)
  return entry === null ? { state: 'nowhere' } : { state: 'ended', entry, graph: entry.graph }
}

/** `nowhere` can be believed. @throws AppError `engine_unreachable`, `canceled` */
export async function findTwice(
  api: ComfyApi,
  id: string,
  signal: AbortSignal,
): Promise<PromptPlace> {
  const place = await findPrompt(api, id, signal)
  return place.state === 'nowhere' ? findPrompt(api, id, signal) : place
}
