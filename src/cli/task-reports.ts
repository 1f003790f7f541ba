// Describes a task of a queue for a terminal. A queue reports whether a task waits or runs, but no progress, so there is a clock and
// no bar.
import type { RemoteTask } from '../app/ports/remote-queue.ts'
import { describeError } from '../domain/errors.ts'
import { formatSeconds } from './progress-display.ts'
import { printJson, printLine, type Terminal } from './terminal.ts'

export function printTask(terminal: Terminal, task: RemoteTask, title: string): void {
  printJson(terminal, taskEvent(task))
  const { id, state, status, failure } = task
  printLine(terminal, `${MARKS[state]} ${id} ${status}`)
  const lines =
    failure === null || state === 'canceled'
      ? [sayTimes(task, title)]
      : [failure.detail, `${failure.code}: ${failure.entry.hint}`]
  for (const line of lines.filter((text) => text !== '')) printLine(terminal, `   ${line}`)
}

const MARKS: Readonly<Record<RemoteTask['state'], string>> = {
  waiting: '📥',
  running: '🚀',
  succeeded: '✅',
  failed: '❌',
  timed_out: '❌',
  expired: '❌',
  canceled: '⚠️ ',
}

export function taskEvent(task: RemoteTask): Readonly<Record<string, unknown>> {
  const { id, state, status, waitedSeconds, ranSeconds, failure } = task
  return {
    event: 'task',
    id,
    state,
    status,
    waited_s: rounded(waitedSeconds),
    ran_s: rounded(ranSeconds),
    error: failure === null ? null : describeError(failure),
  }
}

function rounded(seconds: number | null): number | null {
  return seconds === null ? null : Number(seconds.toFixed(1))
}

/** The activity of the task, for a line that ends with a clock. */
export function sayState({ state, status }: RemoteTask, title: string): string {
  if (state === 'running') return `Rendering on ${title}`
  if (status === 'PENDING') return `Waiting in the queue of ${title}`
  return status === 'RETRY'
    ? `Waiting in the queue of ${title} again (RETRY)`
    : `${title} reports ${status}`
}

function sayTimes(task: RemoteTask, title: string): string {
  const { state, waitedSeconds, ranSeconds } = task
  if (state === 'waiting') {
    const since = waitedSeconds === null ? '' : `, ${formatSeconds(waitedSeconds)}`
    return `${sayState(task, title)}${since}`
  }
  const waited = waitedSeconds === null ? [] : [`waited ${formatSeconds(waitedSeconds)}`]
  const ran = ranSeconds === null ? [] : [`ran ${formatSeconds(ranSeconds)}`]
  return [...waited, ...ran].join(', ')
}
