// The commands about a task on Beam: its state, its end, its cancellation, its video. They need only its id, so a task outlives the
// program that submitted it.
import type { RemoteQueue, RemoteTask } from '../app/ports/remote-queue.ts'
import { AppError } from '../domain/errors.ts'
import { beamLocation, checkTaskId, nextCommand, type TASK_OPTIONS } from './beam-options.ts'
import type { Invocation } from './command.ts'
import { fetchTaskVideo } from './fetch-task-video.ts'
import { followTask } from './follow-task.ts'
import { type OutputOptions, outputOf } from './output-options.ts'
import { printTask } from './task-reports.ts'
import { printLine } from './terminal.ts'

type TaskInvocation = Invocation<typeof TASK_OPTIONS>
type FetchInvocation = Invocation<
  typeof TASK_OPTIONS & OutputOptions & { readonly wait: { readonly help: string } }
>

interface NamedTask {
  readonly queue: RemoteQueue
  readonly id: string
}

async function namedTask({ argument, options, services }: TaskInvocation): Promise<NamedTask> {
  const id = checkTaskId(argument)
  return { id, queue: await services.beamQueue(beamLocation(options)) }
}

export async function showTask(invocation: TaskInvocation): Promise<void> {
  const { queue, id } = await namedTask(invocation)
  const task = await queue.look(id, invocation.signal)
  printTask(invocation.terminal, task, queue.title)
}

export async function waitForTask(invocation: TaskInvocation): Promise<void> {
  const { queue, id } = await namedTask(invocation)
  const task = await endOf(invocation, { queue, id })
  if (task.failure !== null) throw task.failure
  printTask(invocation.terminal, task, queue.title)
  printLine(invocation.terminal, `   ${nextCommand(invocation.options, 'fetch', id)}`)
}

export async function cancelTask(invocation: TaskInvocation): Promise<void> {
  const { queue, id } = await namedTask(invocation)
  const { terminal, signal } = invocation
  const task = await queue.cancel(id, signal)
  const { state, status } = task
  if (state === 'canceled') return printTask(terminal, task, queue.title)
  if (state === 'waiting' || state === 'running') {
    const detail = `${queue.title} was asked to cancel the task ${id} and still reports ${status}.`
    throw new AppError('job_not_finished', detail)
  }
  throw new AppError('job_finished', `The task ${id} had already ended: ${status}.`)
}

export async function fetchTask(invocation: FetchInvocation): Promise<void> {
  const { queue, id } = await namedTask(invocation)
  const output = outputOf(invocation, `${id}.mp4`)
  if (invocation.options.wait) await endOf(invocation, { queue, id })
  await fetchTaskVideo(invocation, { queue, id, output })
}

/** The first look reports a wrong id, or a gateway that does not answer, at once. */
async function endOf(invocation: TaskInvocation, { queue, id }: NamedTask): Promise<RemoteTask> {
  await queue.look(id, invocation.signal)
  return followTask(invocation, queue, id)
}
