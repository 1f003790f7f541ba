// Waits for the end of a task. The truth is what its service answers when it is asked for the task, again and again; what it
// pushes only makes the next look come sooner. A gateway that is away for minutes ends nothing: the render goes on behind it.
import { abortError } from '../../async/abort-error.ts'
import { Bell } from '../../async/bell.ts'
import { pause } from '../../async/pause.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import { type CloudTask, type CloudTasks, hasEnded } from './cloud-service.ts'
import type { CloudTimes } from './cloud-times.ts'

export interface FollowedTask {
  readonly service: CloudTasks
  readonly id: string
  readonly times: CloudTimes
  readonly signal: AbortSignal
  /** What a look found, as long as it has not ended. */
  readonly onTask: (task: CloudTask) => void
  /** A look that failed, and is borne. */
  readonly onSilence?: (error: AppError) => void
}

/**
 * @returns the task, at its end
 * @throws AppError `engine_crashed` when the task is lost, or out of sight: `isOutOfSight()` tells which; what the signal was
 *   aborted with
 */
export async function followTask(followed: FollowedTask): Promise<CloudTask> {
  const { service, id, times, onTask } = followed
  const bell = new Bell()
  const ending = new AbortController()
  const signal = AbortSignal.any([followed.signal, ending.signal])
  const ear = new Ear()
  const listening = keepListening(followed, bell, ear, signal)
  try {
    const doubt = new Doubt(followed)
    for (let waitMs = 0; ; ) {
      await bell.wait(waitMs, followed.signal)
      const longestMs = ear.isOpen ? times.pollWhenHeardMs : times.pollLongestMs
      waitMs = Math.min(Math.max(times.pollFirstMs, waitMs * 1.5), longestMs)
      const task = await look(service, id, doubt, followed.signal)
      if (task === null) waitMs = Math.min(waitMs, times.pollLongestMs)
      else if (hasEnded(task)) return task
      else onTask(task)
    }
  } finally {
    ending.abort()
    await listening
  }
}

/** The task may go on although nobody can see it: it is not to be begun anew. */
export function isOutOfSight({ meta }: AppError): boolean {
  return meta.outOfSight === true
}

/** null when there was no answer, or the task was not found. @throws AppError when that has lasted too long */
async function look(
  service: CloudTasks,
  id: string,
  doubt: Doubt,
  signal: AbortSignal,
): Promise<CloudTask | null> {
  try {
    const task = await service.look(id, signal)
    doubt.answered(task !== null)
    return task
  } catch (thrown) {
    if (signal.aborted) throw abortError(signal)
    doubt.failed(toAppError(thrown))
    return null
  }
}

class Ear {
  isOpen = false
}

async function keepListening(
  { service, id, times }: FollowedTask,
  bell: Bell,
  ear: Ear,
  signal: AbortSignal,
): Promise<void> {
  const { listen } = service
  if (listen === undefined) return
  while (!signal.aborted) {
    try {
      await listen.call(
        service,
        id,
        () => {
          ear.isOpen = true
          bell.ring()
        },
        signal,
      )
    } catch {
      // The looks say what is wrong with the service.
    }
    // The next look may be half a minute away, because there was a connection.
    if (ear.isOpen) bell.ring()
    ear.isOpen = false
    await pause(times.listenAgainMs, signal).catch(() => {})
  }
}

/** Looks that found nothing or failed: one of them means nothing, many of them are the end. */
class Doubt {
  readonly #followed: FollowedTask
  #failingSinceMs: number | null = null
  #missingSinceMs: number | null = null

  constructor(followed: FollowedTask) {
    this.#followed = followed
  }

  /** @throws AppError `engine_crashed`, with the task out of sight; at once when asking again cannot help */
  failed(error: AppError): void {
    const { times, onSilence } = this.#followed
    this.#failingSinceMs ??= performance.now()
    const isPassing = error.code === 'engine_unreachable'
    if (!isPassing) throw error
    if (performance.now() - this.#failingSinceMs < times.unreachableMs) {
      onSilence?.(error)
      return
    }
    const meta = { ...error.meta, outOfSight: true }
    throw new AppError('engine_crashed', error.detail, { cause: error, meta })
  }

  /** @throws AppError `engine_crashed` when the task is gone for good */
  answered(isThere: boolean): void {
    const { service, id, times } = this.#followed
    this.#failingSinceMs = null
    if (isThere) {
      this.#missingSinceMs = null
      return
    }
    const isFirst = this.#missingSinceMs === null
    this.#missingSinceMs ??= performance.now()
    if (isFirst || performance.now() - this.#missingSinceMs < times.forgottenMs) return
    const detail = `${service.title} does not know the task ${id} any more.`
    throw new AppError('engine_crashed', detail, { meta: { forgotten: true } })
  }
}
