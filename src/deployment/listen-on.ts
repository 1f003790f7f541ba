// What the container of a task prints, line by line as it comes. Lines are for the eyes: without them the task is followed all the same.
import { isRecord } from '@infinitetalk/contract'
import { pause } from '../async/pause.ts'
import { readEvents } from '../engines/beam/status-stream.ts'
import { open } from '../engines/cloud/cloud-request.ts'
import type { Gateway } from './gateway.ts'
import { printedLines } from './printed-lines.ts'

const MAX_CLOCK_SKEW_MS = 5 * 60_000

/** A stream that ends goes on where it ended, until the signal. Never throws. */
export async function listenOn(
  gateway: Gateway,
  taskId: string,
  signal: AbortSignal,
  pollMs: number,
  onLine: (line: string) => void,
): Promise<void> {
  const place = { object_type: 'task', object_id: taskId }
  // Otherwise only what is said from now on; clocks may differ, and other tasks have other streams.
  let from: Readonly<Record<string, string>> = {
    start_time: new Date(Date.now() - MAX_CLOCK_SKEW_MS).toISOString(),
  }
  try {
    while (!signal.aborted) {
      const query = new URLSearchParams({ ...place, ...from })
      // A gateway that is away comes back.
      const heard = await listen(gateway, query, signal, onLine).catch(() => null)
      if (heard === 'over') return
      if (heard !== null) from = { seq_num: String(heard) }
      await pause(pollMs, signal)
    }
  } catch {
    // The task has ended.
  }
}

/**
 * @returns the number of the line that comes next, or null when none came: proxies end a stream that is silent; `over` where there
 *   are no lines, or none that have numbers, as those would come again
 */
async function listen(
  gateway: Gateway,
  query: URLSearchParams,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<number | 'over' | null> {
  const path = `/api/v1/logs/${await gateway.workspace.id(signal)}/stream?${query}`
  const response = await open(gateway.address, { path, signal }, signal)
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel()
    return response.status >= 500 ? null : 'over'
  }
  let next: number | 'over' | null = null
  try {
    for await (const data of readEvents(response.body)) {
      const json: unknown = JSON.parse(data)
      const { message, line, seq_num: number } = isRecord(json) ? json : {}
      next = typeof number === 'number' ? number + 1 : 'over'
      const text = typeof message === 'string' ? message : typeof line === 'string' ? line : ''
      for (const shown of printedLines(text)) onLine(shown)
    }
  } catch {
    // It broke: what comes next is asked for again.
  }
  return next
}
