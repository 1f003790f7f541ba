// Tells a child that was killed from outside (out of memory, a service manager) from one that failed by itself. The kill says
// nothing about the input, so the work is worth another attempt.
import { AppError } from '../domain/errors.ts'
import type { ChildEnd } from './guard-child.ts'

/** Signals that others send. A crash (SIGSEGV, SIGABRT) is not among them: broken inputs cause those. */
const SENT_SIGNALS: readonly (readonly [name: NodeJS.Signals, number: number])[] = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGQUIT', 3],
  ['SIGKILL', 9],
  ['SIGTERM', 15],
]

/**
 * Only for a child that this program did not stop itself.
 *
 * @param hasCaughtSignal whether the child ended as it does after a signal that it catches
 * @returns null when nobody killed it
 */
export function killedFromOutside(
  name: string,
  { exitCode, killedBy }: ChildEnd,
  hasCaughtSignal = false,
): AppError | null {
  const signal = SENT_SIGNALS.find(
    // A wrapper script exits with 128 + the number of the signal that killed its program (POSIX shells).
    ([sent, number]) => killedBy === sent || exitCode === 128 + number,
  )?.[0]
  if (signal === undefined && !hasCaughtSignal) return null
  const by = signal ?? 'a signal from outside'
  const reason = signal === 'SIGKILL' ? ', as happens when the machine runs out of memory' : ''
  const meta = { tool: name, exitCode, killedBy }
  return new AppError('tool_killed', `${name} was killed by ${by}${reason}.`, { meta })
}
