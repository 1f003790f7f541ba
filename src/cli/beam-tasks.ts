// The commands about a task on Beam: where it is, its end, its cancellation, its video. Its id is all they need, so that a
// task goes on whatever becomes of the program that began it.
import type { RemoteQueue, RemoteTask } from '../app/ports/remote-queue.ts'
import { AppError } from '../domain/errors.ts'
import { beamLocation, nextCommand, taskId } from './beam-options.ts'
import type { Invocation } from './command.ts'
import { fetchTaskVideo } from './fetch-task-video.ts'
import { outputFile } from './fetch-video.ts'
import { followTask } from './follow-task.ts'
import { outputName } from './print-video.ts'
import { printTask } from './task-reports.ts'
import { printLine } from './terminal.ts'

interface NamedTask {
  readonly queue: RemoteQueue
  readonly id: string
}

async function namedTask(invocation: Invocation): Promise<NamedTask> {
  const id = taskId(invocation)
  return { id, queue: await invocation.services.beamQueue(beamLocation(invocation)) }
}

export async function showTask(invocation: Invocation): Promise<void> {
  const { queue, id } = await namedTask(invocation)
  const task = await queue.look(id, invocation.signal)
  printTask(invocation.terminal, task, queue.title)
}

export async function waitForTask(invocation: Invocation): Promise<void> {
  const { queue, id } = await namedTask(invocation)
  const task = await endOf(invocation, { queue, id })
  if (task.failure !== null) throw task.failure
  printTask(invocation.terminal, task, queue.title)
  printLine(invocation.terminal, `   ${nextCommand(invocation, 'fetch', id)}`)
}

export async function cancelTask(invocation: Invocation): Promise<void> {
  const { queue, id } = await namedTask(invocation)
  const { terminal, signal } = invocation
  const task = await queue.cancel(id, signal)
  const { state, status } = task
  if (state === 'canceled') return printTask(terminal, task, queue.title)
  if (state === 'waiting' || state === 'running') {
    const detail = `${queue.title} was asked to end the task ${id}, and says ${status} still.`
    throw new AppError('job_not_finished', detail)
  }
  throw new AppError('job_finished', `The task ${id} had ended by itself: ${status}.`)
}

export async function fetchTask(invocation: Invocation): Promise<void> {
  const { queue, id } = await namedTask(invocation)
  const shownName = outputName(invocation.arguments, `${id}.mp4`)
  const output = { ...outputFile(invocation, shownName), shownName }
  if (invocation.arguments.flag('wait')) await endOf(invocation, { queue, id })
  await fetchTaskVideo(invocation, { queue, id, output })
}

/** A wrong id, or a gateway that does not answer, is reported at once. */
async function endOf(invocation: Invocation, { queue, id }: NamedTask): Promise<RemoteTask> {
  await queue.look(id, invocation.signal)
  return followTask(invocation, queue, id)
}
