// Whether anybody waits for an answer any more: the caller may hang up, and the gateway has a limit of its own.
import type { ServerResponse } from 'node:http'
import { AppError } from '../../domain/errors.ts'

export interface CallerWatch extends Disposable {
  /** Aborted with `canceled` or `job_timeout`. */
  readonly signal: AbortSignal
}

/** The gateway's clock began before ours, and at its end it drops the connection: an answer that says why has to be there before. */
const HEAD_START_MS = 5000
const HEAD_START_SHARE = 0.1

/** @param limitMs what the gateway leaves a call */
export function watchCaller(reply: ServerResponse, limitMs: number): CallerWatch {
  const over = new AbortController()
  const onClose = (): void => {
    if (!reply.writableFinished) over.abort(new AppError('canceled', 'The caller hung up.'))
  }
  const late = `The render took longer than the ${limitMs / 1000} s that an endpoint of Beam has: send it to a task queue.`
  const ownMs = limitMs - Math.min(HEAD_START_MS, limitMs * HEAD_START_SHARE)
  const timer = setTimeout(() => over.abort(new AppError('job_timeout', late)), ownMs)
  reply.once('close', onClose)
  return {
    signal: over.signal,
    [Symbol.dispose]() {
      clearTimeout(timer)
      reply.off('close', onClose)
    },
  }
}
