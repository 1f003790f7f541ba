// Presents a task of a cloud in the words of the port: its state, its times, and why it ended without a video.
import type { RemoteTask } from '../../app/ports/remote-queue.ts'
import { AppError } from '../../domain/errors.ts'
import { type CloudTask, hasEnded } from './cloud-service.ts'
import { explainEnd } from './read-result.ts'

/** @param nowMs by the calendar */
export function presentTask(id: string, task: CloudTask, title: string, nowMs: number): RemoteTask {
  const { createdAtMs, startedAtMs, endedAtMs } = task.times
  const untilMs = endedAtMs ?? nowMs
  return {
    id,
    state: task.state,
    status: task.status,
    waitedSeconds: secondsBetween(createdAtMs, startedAtMs ?? untilMs),
    // A task that is delivered a second time keeps the moment of its first start.
    ranSeconds: task.state === 'waiting' ? null : secondsBetween(startedAtMs, untilMs),
    failure: failureOf(id, task, title),
  }
}

/** Clocks differ: a duration is never negative. */
function secondsBetween(fromMs: number | null, toMs: number): number | null {
  return fromMs === null ? null : Math.max(0, (toMs - fromMs) / 1000)
}

function failureOf(id: string, task: CloudTask, title: string): AppError | null {
  if (!hasEnded(task) || task.state === 'succeeded') return null
  if (task.state !== 'canceled') return explainEnd(task, title)
  return new AppError('job_canceled', `The task ${id} was canceled on ${title}.`)
}
