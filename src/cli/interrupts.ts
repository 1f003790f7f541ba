// Ctrl-C and SIGTERM: the first asks the work to stop and clean up, a second one ends the program at once.

import { AppError, type AppErrorOptions } from '../domain/errors.ts'

/** Thrown by an interrupted command that leaves something behind and explains it. */
export class InterruptedError extends AppError {
  constructor(whatRemains: string, options: AppErrorOptions = {}) {
    super('canceled', `Interrupted. ${whatRemains}`, options)
  }
}

export interface Interrupts {
  readonly signal: AbortSignal
  dispose(): void
}

const INTERRUPTED_EXIT_CODE = 130
/** One Ctrl-C can arrive twice: from the terminal, and forwarded by npm or the launcher. */
const SAME_KEYPRESS_MS = 300

export function listenForInterrupts(process: NodeJS.Process, nowMs: () => number): Interrupts {
  const controller = new AbortController()
  let firstAtMs: number | null = null
  const onSignal = (): void => {
    if (firstAtMs === null) {
      firstAtMs = nowMs()
      controller.abort()
    } else if (nowMs() - firstAtMs > SAME_KEYPRESS_MS) {
      process.exit(INTERRUPTED_EXIT_CODE)
    }
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of signals) process.on(name, onSignal)
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of signals) process.off(name, onSignal)
    },
  }
}
