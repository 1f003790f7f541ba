// Waits for the end of a task. Polling the service decides; its pushed events only make the next poll come sooner. A gateway that
// is away for minutes does not end the wait: the render goes on behind it.
import { Bell } from '../../async/bell.ts'
import { pause } from '../../async/pause.ts'
import { AppError } from '../../domain/errors.ts'
import { PatientLook } from '../remote/patient-look.ts'
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
  const { times, onTask } = followed
  const bell = new Bell()
  const ending = new AbortController()
  const signal = AbortSignal.any([followed.signal, ending.signal])
  const ear = new Ear()
  const listening = keepListening(followed, bell, ear, signal)
  try {
    const looking = patientLook(followed)
    for (let waitMs = 0; ; ) {
      await bell.wait(waitMs, followed.signal)
      const longestMs = ear.isOpen ? times.pollWhenHeardMs : times.pollLongestMs
      waitMs = Math.min(Math.max(times.pollFirstMs, waitMs * 1.5), longestMs)
      const task = await looking.look(followed.signal)
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

function patientLook({ service, id, times, onSilence }: FollowedTask): PatientLook<CloudTask> {
  const isPassing = ({ code }: AppError): boolean => code === 'engine_unreachable'
  return new PatientLook({
    look: (signal) => service.look(id, signal),
    bearsMs: (error) => (isPassing(error) ? times.unreachableMs : 0),
    outOfSight(error) {
      if (!isPassing(error)) return error
      const meta = { ...error.meta, outOfSight: true }
      return new AppError('engine_crashed', error.detail, { cause: error, meta })
    },
    forgottenMs: () => times.forgottenMs,
    forgotten() {
      const detail = `${service.title} does not know the task ${id} any more.`
      return new AppError('engine_crashed', detail, { meta: { forgotten: true } })
    },
    onSilence,
  })
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
