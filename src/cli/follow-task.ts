// Waits for the end of a task on Beam, for `submit` and `wait`. Ctrl-C ends the waiting, never the task.
import type { RemoteQueue, RemoteTask } from '../app/ports/remote-queue.ts'
import { toAppError } from '../domain/errors.ts'
import { nextCommand } from './beam-options.ts'
import type { Invocation } from './command.ts'
import { InterruptedError } from './interrupts.ts'
import { createTaskDisplay } from './task-display.ts'

/** The task once it has ended, however it has. @throws AppError */
export async function followTask(
  invocation: Invocation,
  queue: RemoteQueue,
  id: string,
): Promise<RemoteTask> {
  const { terminal, services, signal } = invocation
  const { title } = queue
  const display = createTaskDisplay(terminal, title, () => services.nowMs())
  try {
    return await queue.follow(id, {
      signal,
      onTask: (task) => display.show(task),
      onSilence: () => display.say(`${title} does not answer; it is asked again`),
    })
  } catch (thrown) {
    if (!signal.aborted) throw toAppError(thrown)
    throw taskGoesOn(invocation, id)
  } finally {
    display.close()
  }
}

export function taskGoesOn(invocation: Invocation, id: string): InterruptedError {
  const wait = nextCommand(invocation, 'wait', id)
  const cancel = nextCommand(invocation, 'cancel', id)
  return new InterruptedError(`The task goes on: "${wait}" follows it, "${cancel}" stops it.`)
}
