// Renders one task of a service's queue with the hub in this process: the same job core for every service that starts us. A task
// that is delivered to this machine again finds its job; a task that nobody wants any more ends its job before this returns.
import type { Caller, Hub, JobView, OpenedVideo } from '../app/hub.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { isTerminal, type Job, type JobOutput } from '../domain/job.ts'
import { jobFailure } from '../domain/job-failure.ts'

export interface Task {
  /** The service's own id of the task. */
  readonly id: string
  /** The request in the form of our own API. */
  readonly input: unknown
  /** Aborted with an AppError as the reason: the job is canceled. */
  readonly signal: AbortSignal
  /** Called at each change of the job. */
  readonly onProgress?: (job: Job) => void
}

export interface FinishedTask {
  readonly job: Job
  readonly output: JobOutput
  readonly video: OpenedVideo
}

/** The owner of these jobs in the hub. */
export const RUNNER: Caller = { ownerKey: 'runner', isAdmin: true }
const ROUTE = 'task'
/** More often than a service delivers a task again to one machine. */
const MAX_DELIVERIES = 16
const POLL_MS = 30_000
/** A render ends within seconds of its cancellation; a slower one is left to the end of this process. */
const END_MS = 20_000

/** @throws AppError the reason of a refused request, the failure of the job, or the reason of the signal */
export async function runTask(hub: Hub, task: Task): Promise<FinishedTask> {
  const { signal, onProgress } = task
  signal.throwIfAborted()
  let view = await begin(hub, task).catch((thrown) => {
    // An interrupted input reports the input and the interruption; the caller wants the reason of the signal.
    throw signal.aborted ? toAppError(signal.reason) : thrown
  })
  const { id } = view.job
  try {
    while (!isTerminal(view.job.status)) {
      onProgress?.(view.job)
      signal.throwIfAborted()
      const sinceVersion = view.job.version
      view = await hub.jobs.waitForChange(id, { sinceVersion, waitMs: POLL_MS, signal })
    }
  } catch (thrown) {
    await end(hub, id)
    throw signal.aborted ? toAppError(signal.reason) : thrown
  }
  const { error, output } = view.job
  if (error !== null) throw jobFailure(error)
  if (output === null) throw new AppError('job_canceled', 'The job of the task was canceled.')
  return { job: view.job, output, video: await hub.jobs.openVideo(id) }
}

/** A job that ended without a video must not block the next delivery, which gets a job of its own. */
async function begin(hub: Hub, { id, input, signal }: Task): Promise<JobView> {
  for (let delivery = 1; ; delivery += 1) {
    const idempotencyKey = delivery === 1 ? id : `${id}:${delivery}`
    const options = { caller: RUNNER, idempotencyKey, route: ROUTE, signal }
    const { view, replayed } = await hub.jobs.submit(input, options)
    const { status } = view.job
    const isOver = isTerminal(status) && status !== 'succeeded'
    if (!replayed || !isOver || delivery === MAX_DELIVERIES) return view
  }
}

/** Returns when the job has ended, whoever ended it. The earlier failure is reported, whatever fails here. */
async function end(hub: Hub, id: string): Promise<void> {
  try {
    await hub.jobs.cancel(id)
    await hub.jobs.waitForEnd(id, { waitMs: END_MS, signal: AbortSignal.timeout(END_MS) })
  } catch {
    // It had ended already, or the hub cannot write: then its own sweeps end the job.
  }
}
