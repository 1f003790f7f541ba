// The events of a job from any place on: first those that are stored, then each as it is committed, until the job's last one.
import { isFinalEvent } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'
import type { JobEvent } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'
import { ChangeListener, hasEnded } from './await-job.ts'
import { findJob } from './find-job.ts'

/** Read at a time: a reader that is slow holds no more than this in memory. */
const BATCH = 200
const LOOK_AGAIN_MS = 1000

type Ports = Pick<HubPorts, 'unitOfWork' | 'jobs' | 'events' | 'signals'>

/** @throws AppError `job_not_found`, `job_expired`, before the first event */
export async function* streamEvents(
  id: string,
  afterSequence: number,
  signal: AbortSignal,
  ports: Ports,
): AsyncGenerator<JobEvent, void, undefined> {
  const { id: jobId } = await ports.unitOfWork.read((tx) => findJob(tx, id, ports.jobs))
  const changes = new ChangeListener(jobId, ports.signals)
  let last = afterSequence
  try {
    while (!signal.aborted) {
      const seen = changes.count
      // The state is read before the events: an end that comes between the two is seen at the next turn.
      const ended = await hasEndedOrGone(id, ports)
      const events = await ports.unitOfWork.read((tx) => ports.events.after(tx, jobId, last, BATCH))
      for (const event of events) {
        if (signal.aborted) return
        yield event
        last = event.sequence
        if (isFinalEvent(event.body.type)) return
      }
      if (ended && events.length === 0) return
      if (!ended && events.length < BATCH) await changes.next(seen, LOOK_AGAIN_MS, signal)
    }
  } finally {
    changes.stop()
  }
}

async function hasEndedOrGone(id: string, { unitOfWork, jobs }: Ports): Promise<boolean> {
  try {
    return hasEnded(await unitOfWork.read((tx) => findJob(tx, id, jobs)))
  } catch (error) {
    if (error instanceof AppError && /^job_(not_found|expired)$/.test(error.code)) return true
    throw error
  }
}
