// Shows a running task: on a terminal one line, redrawn every second; in a log file a line per change and one a minute; with --json
// one object per change.
import type { RemoteTask } from '../app/ports/remote-queue.ts'
import { LiveLines } from './live-lines.ts'
import { formatSeconds } from './progress-display.ts'
import { sayState, taskEvent } from './task-reports.ts'
import { printJson, type Terminal } from './terminal.ts'

const REDRAW_EVERY_MS = 1000
const PLAIN_LINE_EVERY_MS = 60_000

export interface TaskDisplay {
  show(task: RemoteTask): void
  /** Before there is a task, or while its service does not answer. */
  say(text: string): void
  /** Removes the line for a moment, to print something above it. */
  clear(): void
  /** Removes the line, so that the next output begins on a clean one. */
  close(): void
}

interface Shown {
  readonly text: string
  /** The time on its clock when it was first shown. */
  readonly seconds: number
  readonly atMs: number
}

export function createTaskDisplay(
  terminal: Terminal,
  title: string,
  nowMs: () => number,
): TaskDisplay {
  if (terminal.json) return jsonDisplay(terminal)
  if (terminal.quiet) return SILENT
  const line = terminal.stderr.isTTY === true ? liveLine(terminal, nowMs) : plainLines(terminal)
  let shown: Shown | null = null
  const set = (text: string, seconds: number | null): void => {
    const isNew = shown === null || shown.text !== text
    if (isNew || seconds !== null) shown = { text, seconds: seconds ?? 0, atMs: nowMs() }
    line.draw(shown!, isNew, nowMs())
  }
  return {
    show: (task) => set(sayState(task, title), clockOf(task)),
    say: (text) => set(text, null),
    clear: () => line.clear(),
    close: () => line.close(),
  }
}

const SILENT: TaskDisplay = { show: () => {}, say: () => {}, clear: () => {}, close: () => {} }

/** By the clock of the service if it reports one: then it is right in a later command too. */
function clockOf({ state, ranSeconds, waitedSeconds }: RemoteTask): number | null {
  return state === 'running' ? ranSeconds : waitedSeconds
}

function jsonDisplay(terminal: Terminal): TaskDisplay {
  let last = ''
  return {
    show(task) {
      if (task.status === last) return
      last = task.status
      printJson(terminal, taskEvent(task))
    },
    say(message) {
      if (message === last) return
      last = message
      printJson(terminal, { event: 'progress', message })
    },
    clear: () => {},
    close: () => {},
  }
}

interface Line {
  draw(shown: Shown, isNew: boolean, nowMs: number): void
  clear(): void
  close(): void
}

function liveLine({ stderr }: Terminal, nowMs: () => number): Line {
  const lines = new LiveLines(stderr)
  let current: Shown | null = null
  const draw = (): void => {
    if (current !== null) lines.paint([withClock(current, nowMs())])
  }
  const timer = setInterval(draw, REDRAW_EVERY_MS)
  return {
    draw(shown) {
      current = shown
      draw()
    },
    clear: () => lines.clear(),
    close() {
      clearInterval(timer)
      lines.clear()
      current = null
    },
  }
}

function plainLines({ stderr }: Terminal): Line {
  let printedAtMs = Number.NEGATIVE_INFINITY
  return {
    draw(shown, isNew, nowMs) {
      if (!isNew && nowMs - printedAtMs < PLAIN_LINE_EVERY_MS) return
      printedAtMs = nowMs
      stderr.write(`${isNew ? shown.text : withClock(shown, nowMs)}\n`)
    },
    clear: () => {},
    close: () => {},
  }
}

function withClock({ text, seconds, atMs }: Shown, nowMs: number): string {
  return `${text}, ${formatSeconds(Math.floor(seconds + (nowMs - atMs) / 1000))}`
}
