// Stops a task and polls until it has ended: the answer to a cancellation says only that it was received.
import { pause } from '../../async/pause.ts'
import { type CloudTasks, hasEnded } from './cloud-service.ts'

const FIRST_LOOK_MS = 100
const LONGEST_LOOK_MS = 3000

/** @returns whether it has ended or is unknown by now @throws AppError `engine_unreachable` */
export async function endTask(
  service: CloudTasks,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, LONGEST_LOOK_MS)) {
      const task = await service.look(id, signal)
      if (task === null || hasEnded(task)) return true
      // Repeated at each poll: a task that is just being handed to another machine may have missed it.
      await service.cancel(id, signal)
      await pause(lookMs, signal)
    }
  } catch (thrown) {
    if (signal.aborted) return false
    throw thrown
  }
}
