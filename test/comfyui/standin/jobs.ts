// /api/jobs of the new version: one view over queue and history.
import type { HistoryEntry, PromptQueue, QueuedPrompt } from './prompt-queue.ts'

export type Job = Readonly<Record<string, unknown>>

/** Newest first, without the members that only the single job shows. */
export function listJobs(queue: PromptQueue, query: URLSearchParams): Job {
  const wanted = query.get('status')?.split(',') ?? null
  const offset = Number(query.get('offset') ?? 0)
  const limit = query.has('limit') ? Number(query.get('limit')) : null
  const ids = [
    ...[...queue.pending].reverse().map((prompt) => prompt.id),
    ...(queue.running === null ? [] : [queue.running.id]),
    ...[...queue.history.keys()].reverse(),
  ]
  const all = [...new Set(ids)]
    .map((id) => findJob(queue, id))
    .filter((job) => job !== null)
    .filter((job) => wanted?.includes(String(job.status)) ?? true)
    .map(({ outputs: _, execution_status: __, workflow: ___, ...summary }) => summary)
  const jobs = all.slice(offset, limit === null ? undefined : offset + limit)
  const has_more = offset + jobs.length < all.length
  return { jobs, pagination: { offset, limit, total: all.length, has_more } }
}

/** @param countsPreviews see VersionTraits */
export function findJob(queue: PromptQueue, id: string, countsPreviews = false): Job | null {
  if (queue.running?.id === id) return waitingJob(queue.running, 'in_progress')
  const pending = queue.pending.find((prompt) => prompt.id === id)
  if (pending !== undefined) return waitingJob(pending, 'pending')
  const entry = queue.history.get(id)
  return entry === undefined ? null : finishedJob(id, entry, countsPreviews)
}

function waitingJob(prompt: QueuedPrompt, status: 'pending' | 'in_progress'): Job {
  return {
    id: prompt.id,
    status,
    priority: prompt.number,
    create_time: prompt.extraData.create_time,
    outputs_count: 0,
  }
}

function finishedJob(id: string, entry: HistoryEntry, countsPreviews: boolean): Job {
  const [number, , prompt, extraData] = entry.prompt
  const extra = extraData as Readonly<Record<string, unknown>>
  const { messages } = entry.status
  const last = messages.at(-1)
  const files = outputFiles(entry)
  return {
    id,
    status: statusOf(entry),
    priority: number,
    create_time: extra.create_time,
    execution_start_time: messages[0]?.[1].timestamp,
    execution_end_time: last?.[1].timestamp,
    ...(last?.[0] === 'execution_error' ? { execution_error: last[1] } : {}),
    outputs_count: files.length,
    ...(countsPreviews ? { previewable_outputs_count: files.length } : {}),
    ...(files[0] === undefined ? {} : { preview_output: files[0] }),
    outputs: entry.outputs,
    execution_status: entry.status,
    workflow: { prompt, extra_data: extra },
  }
}

function statusOf({ status }: HistoryEntry): 'completed' | 'failed' | 'cancelled' {
  if (status.completed) return 'completed'
  return status.messages.at(-1)?.[0] === 'execution_interrupted' ? 'cancelled' : 'failed'
}

function outputFiles(entry: HistoryEntry): readonly Job[] {
  return Object.entries(entry.outputs).flatMap(([nodeId, output]) =>
    Object.entries(output as Readonly<Record<string, unknown>>).flatMap(([mediaType, items]) =>
      (Array.isArray(items) ? items : []).flatMap((item) =>
        typeof item === 'object' && item !== null && 'filename' in item
          ? [{ ...item, nodeId, mediaType }]
          : [],
      ),
    ),
  )
}
