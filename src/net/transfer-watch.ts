// The clocks of one download: a deadline for the whole, and a limit for stalls. A server that trickles single bytes stalls too:
// progress means at least a kilobyte within each idle window, as with curl's --speed-limit and --speed-time.
import { AppError } from '../domain/errors.ts'

/** Minimum per idle window: with windows of 30 s, a megabyte at this speed takes more than eight hours. */
const MIN_BYTES_PER_IDLE_WINDOW = 1024

export interface TransferWatch {
  /** Aborted with an AppError: `url_timeout`, or `canceled` when the caller gave up. */
  readonly signal: AbortSignal
  /** Resets the idle clock: the server sent the headers of its answer, for example. */
  answered(): void
  received(bytes: number): void
  /** Stops the clocks. Callers must always call it. */
  stop(): void
}

export interface TransferTimes {
  readonly totalMs: number
  readonly idleMs: number
}

export function watchTransfer(
  caller: AbortSignal,
  { totalMs, idleMs }: TransferTimes,
): TransferWatch {
  const controller = new AbortController()
  const expire = (detail: string): void => controller.abort(new AppError('url_timeout', detail))
  const cancel = (): void => {
    controller.abort(
      new AppError('canceled', 'The download was canceled.', { cause: caller.reason }),
    )
  }
  const total = setTimeout(expire, totalMs, `The download took more than ${seconds(totalMs)}.`)
  const idle = setTimeout(expire, idleMs, `The server sent almost nothing for ${seconds(idleMs)}.`)
  let bytesInWindow = 0

  if (caller.aborted) cancel()
  else caller.addEventListener('abort', cancel, { once: true })

  const restartWindow = (): void => {
    bytesInWindow = 0
    idle.refresh()
  }
  return {
    signal: controller.signal,
    answered: restartWindow,
    received(bytes) {
      bytesInWindow += bytes
      if (bytesInWindow >= MIN_BYTES_PER_IDLE_WINDOW) restartWindow()
    },
    stop() {
      clearTimeout(total)
      clearTimeout(idle)
      caller.removeEventListener('abort', cancel)
    },
  }
}

function seconds(ms: number): string {
  return `${ms / 1000} s`
}
