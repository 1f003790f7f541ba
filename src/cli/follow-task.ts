// Waits for the end of a task on Beam, for `submit` and `wait`. Ctrl-C ends the waiting, not the task.
import type { RemoteQueue, RemoteTask } from '../app/ports/remote-queue.ts'
import { toAppError } from '../domain/errors.ts'
import { nextCommand } from './beam-options.ts'
import type { Invocation, OptionsOf } from './command.ts'
import type { HUB_OPTIONS } from './connect-hub.ts'
import { InterruptedError } from './interrupts.ts'
import { createTaskDisplay } from './task-display.ts'

/** The ended task, whatever its end. @throws AppError */
export async function followTask(
  invocation: Invocation<typeof HUB_OPTIONS>,
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
      onSilence: () => display.say(`${title} does not answer; retrying`),
    })
  } catch (thrown) {
    if (!signal.aborted) throw toAppError(thrown)
    throw taskGoesOn(invocation.options, id)
  } finally {
    display.close()
  }
}

export function taskGoesOn(options: OptionsOf<typeof HUB_OPTIONS>, id: string): InterruptedError {
  const wait = nextCommand(options, 'wait', id)
  const cancel = nextCommand(options, 'cancel', id)
  return new InterruptedError(`The task continues: "${wait}" follows it, "${cancel}" stops it.`)
}
