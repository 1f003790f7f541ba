// Guards one child process: it ends by itself, at its deadline, when its work is aborted, or with this process. Every child for
// media work (ffmpeg, ffprobe, the image decoder) runs under this guard.
import type { ChildProcess } from 'node:child_process'
import { abortError } from '../async/abort-error.ts'
import { AppError } from '../domain/errors.ts'
import { liveChildren } from './live-children.ts'

export interface GuardOptions {
  /** Named in errors, e.g. `ffmpeg`. */
  readonly name: string
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

export interface GuardedChild {
  /**
   * Resolves to the child's exit, once its pipes are closed too.
   * @throws AppError `canceled` (or the AppError the signal was aborted with), `tool_timeout`, `tool_failed` when it could not be started
   */
  readonly ended: Promise<ChildEnd>
  /** Ends the child early; `ended` then rejects with `reason`. Has no effect on a child that has ended. */
  stop(reason: AppError): void
}

export interface ChildEnd {
  readonly exitCode: number | null
  readonly killedBy: NodeJS.Signals | null
}

/** The time that a child has to end on SIGTERM before it is killed. Short, because its files are temporary. */
const KILL_GRACE_MS = 250

export function guardChild(child: ChildProcess, options: GuardOptions): GuardedChild {
  let stopReason: AppError | undefined
  let graceTimer: NodeJS.Timeout | undefined

  const stop = (reason: AppError): void => {
    if (stopReason !== undefined) return
    stopReason = reason
    child.kill('SIGTERM')
    graceTimer = setTimeout(() => child.kill('SIGKILL'), KILL_GRACE_MS)
  }
  const onAbort = (): void => stop(abortError(options.signal))
  const deadline = setTimeout(() => {
    const seconds = options.timeoutMs / 1000
    stop(new AppError('tool_timeout', `${options.name} did not end within ${seconds} seconds.`))
  }, options.timeoutMs)

  liveChildren.add(child)
  options.signal.addEventListener('abort', onAbort, { once: true })
  if (options.signal.aborted) onAbort()

  const ended = new Promise<ChildEnd>((resolve, reject) => {
    child.once('error', (cause) => {
      stopReason ??= new AppError('tool_failed', `${options.name} could not be started.`, { cause })
    })
    child.once('close', (exitCode, killedBy) => {
      clearTimeout(deadline)
      clearTimeout(graceTimer)
      options.signal.removeEventListener('abort', onAbort)
      if (stopReason === undefined) resolve({ exitCode, killedBy })
      else reject(stopReason)
    })
  })
  // A caller may await `ended` late, e.g. after it has streamed its input; an earlier rejection must not count as unhandled.
  ended.catch(() => {})
  return { ended, stop }
}
