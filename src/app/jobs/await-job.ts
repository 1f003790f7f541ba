// Waits until a job has changed, or has ended. A signal wakes the wait; every second the row is looked at as well, because
// another hub may have changed it, and signals are only hints.
import type { JobId } from '../../domain/ids.ts'
import { isTerminal, type Job } from '../../domain/job.ts'
import type { JobView } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { JobSignals } from '../ports/job-signals.ts'
import { findJob } from './find-job.ts'
import { getJob, type ReadPorts } from './read-jobs.ts'

const LOOK_AGAIN_MS = 1000

export interface AwaitJob {
  readonly until: (job: Job) => boolean
  readonly waitMs: number
  readonly signal: AbortSignal
}

type Ports = ReadPorts & Pick<HubPorts, 'signals'>

/** The job as it is when `until` holds, the time is over or the signal aborts. @throws AppError `job_not_found`, `job_expired` */
export async function awaitJob(id: string, wait: AwaitJob, ports: Ports): Promise<JobView> {
  const first = await ports.unitOfWork.read((tx) => findJob(tx, id, ports.jobs))
  const endsAtMs = ports.clock.monotonicMs() + wait.waitMs
  const changes = new ChangeListener(first.id, ports.signals)
  try {
    for (;;) {
      const seen = changes.count
      const job = await ports.unitOfWork.read((tx) => findJob(tx, id, ports.jobs))
      const leftMs = endsAtMs - ports.clock.monotonicMs()
      if (wait.until(job) || leftMs <= 0 || wait.signal.aborted) return await getJob(id, ports)
      await changes.next(seen, Math.min(leftMs, LOOK_AGAIN_MS), wait.signal)
    }
  } finally {
    changes.stop()
  }
}

export const hasEnded = (job: Job): boolean => isTerminal(job.status)

/** Counts changes, so that one that comes while the row is being read is not missed. */
export class ChangeListener {
  #count = 0
  #wake: () => void = () => {}
  readonly stop: () => void

  constructor(id: JobId, signals: Pick<JobSignals, 'onChange'>) {
    this.stop = signals.onChange(id, () => {
      this.#count += 1
      this.#wake()
    })
  }

  get count(): number {
    return this.#count
  }

  /** Resolves at a change after the one numbered `seen`, after `timeoutMs`, or when aborted. Never rejects. */
  async next(seen: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#count > seen || signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = setTimeout(resolve, timeoutMs)
    const onAbort = (): void => resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    await promise
    signal.removeEventListener('abort', onAbort)
    clearTimeout(timer)
  }
}
