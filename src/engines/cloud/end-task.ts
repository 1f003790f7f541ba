// Stops a task and polls until it has ended: the answer to a cancellation says only that it was received.
import { untilGone } from '../remote/until-gone.ts'
import { type CloudTasks, hasEnded } from './cloud-service.ts'

/** @returns whether it has ended, or is unknown by now @throws AppError `engine_unreachable` */
export async function endTask(
  service: CloudTasks,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  const last = await untilGone(
    {
      look: async (soon) => ({ task: await service.look(id, soon) }),
      isGone: ({ task }) => task === null || hasEnded(task),
      stop: (_, soon) => service.cancel(id, soon),
    },
    signal,
  )
  return last !== null && (last.task === null || hasEnded(last.task))
}
