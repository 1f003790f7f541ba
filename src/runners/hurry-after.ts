// The two steps in which a runner stops: it takes no new task, and after the grace period it puts back what still runs.
import { AppError } from '../domain/errors.ts'

export interface Hurry {
  /** Aborted with `stopping` when the grace period is over. */
  readonly signal: AbortSignal
  stop(): void
}

/** @param graceMs from the moment that `draining` is aborted */
export function hurryAfter(draining: AbortSignal, graceMs: number): Hurry {
  const hurry = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const begin = (): void => {
    const reason = new AppError(
      'stopping',
      'The container is stopping; the task returns to the queue.',
    )
    timer = setTimeout(() => hurry.abort(reason), graceMs)
  }
  draining.addEventListener('abort', begin, { once: true })
  if (draining.aborted) begin()
  return {
    signal: hurry.signal,
    stop() {
      clearTimeout(timer)
      draining.removeEventListener('abort', begin)
    },
  }
}
