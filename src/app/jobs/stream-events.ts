// Streams the events of a job after any of them: first the stored ones, then each as it is committed, until the job's last one.
import { isFinalEvent } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'
import type { JobEvent } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'
import { hasEnded } from './await-job.ts'
import { findJob } from './find-job.ts'
import type { JobWatches, Sight } from './job-watches.ts'

/** Events of one query; a slow reader holds no more than these in memory. */
const BATCH = 200
/** The watch wakes earlier; this only bounds the wait. */
const LOOK_AGAIN_MS = 60_000

type Ports = Pick<HubPorts, 'unitOfWork' | 'jobs' | 'events'>

interface StreamRequest {
  readonly id: string
  readonly afterSequence: number
  readonly signal: AbortSignal
}

/** @throws AppError `job_not_found`, `job_expired`, before the first event */
export async function* streamEvents(
  { id, afterSequence, signal }: StreamRequest,
  watches: JobWatches,
  ports: Ports,
): AsyncGenerator<JobEvent, void, undefined> {
  const { id: jobId } = await ports.unitOfWork.read((tx) => findJob(tx, id, ports.jobs))
  using watch = watches.open(jobId)
  let last = afterSequence
  let sight = await watch.sight()
  while (!signal.aborted) {
    // The state is read before the events, so an end that comes between the two is seen in the next turn.
    const ended = hasEndedOrGone(sight)
    const events = await ports.unitOfWork.read((tx) => ports.events.after(tx, jobId, last, BATCH))
    for (const event of events) {
      if (signal.aborted) return
      yield event
      last = event.sequence
      if (isFinalEvent(event.body.type)) return
    }
    if (ended && events.length === 0) return
    if (ended) continue
    sight =
      events.length < BATCH ? await watch.after(sight, LOOK_AGAIN_MS, signal) : await watch.sight()
  }
}

function hasEndedOrGone({ view, error }: Sight): boolean {
  if (view !== null) return hasEnded(view.job)
  if (error instanceof AppError && /^job_(not_found|expired)$/.test(error.code)) return true
  throw error
}
