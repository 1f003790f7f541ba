// Waits for the end of a task. Polling the service decides; its pushed events only make the next poll come sooner. A gateway that
// is away for minutes does not end the wait: the render goes on behind it.
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
  /** Called with each poll's result until the task has ended. */
  readonly onTask: (task: CloudTask) => void
  /** Called for a failed poll that is tolerated. */
  readonly onSilence?: (error: AppError) => void
}

/**
 * @returns the task, ended
 * @throws AppError `engine_crashed` when the task is lost or out of sight, which `isOutOfSight()` distinguishes; the reason of
 *   the signal
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

/** The task may still run although nobody can see it: it must not be started again. */
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
      // The polls report what is wrong with the service.
    }
    // Because of this connection the next poll may be half a minute away.
    if (ear.isOpen) bell.ring()
    ear.isOpen = false
    await pause(times.listenAgainMs, signal).catch(() => {})
  }
}

/** Counts polls that failed or found nothing: a single one means nothing, many in a row end the wait. */
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
