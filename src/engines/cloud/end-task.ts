// Makes a task stop and looks until it has: an answer to a cancellation says only that it was heard.
import { pause } from '../../async/pause.ts'
import { type CloudTasks, hasEnded } from './cloud-service.ts'

const FIRST_LOOK_MS = 100
const LONGEST_LOOK_MS = 3000

/** @returns whether it has ended, or is not known there any more @throws AppError `engine_unreachable` */
export async function endTask(
  service: CloudTasks,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, LONGEST_LOOK_MS)) {
      const task = await service.look(id, signal)
      if (task === null || hasEnded(task)) return true
      // Again each time: a task that is handed to another machine at this moment may have missed it.
      await service.cancel(id, signal)
      await pause(lookMs, signal)
    }
  } catch (thrown) {
    if (signal.aborted) return false
    throw thrown
  }
}
