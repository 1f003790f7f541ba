// Waits until a job meets a condition or has ended.
import { parseJobId } from '../../domain/ids.ts'
import { isTerminal, type Job } from '../../domain/job.ts'
import type { JobView } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { JobWatches } from './job-watches.ts'
import { getJob, type ReadPorts } from './read-jobs.ts'

export interface AwaitJob {
  readonly until: (job: Job) => boolean
  readonly waitMs: number
  readonly signal: AbortSignal
}

type Ports = ReadPorts & Pick<HubPorts, 'clock'>

/** @returns the job once `until` holds, the time is over or the signal aborts @throws AppError `job_not_found`, `job_expired` */
export async function awaitJob(
  id: string,
  { until, waitMs, signal }: AwaitJob,
  watches: JobWatches,
  ports: Ports,
): Promise<JobView> {
  const jobId = parseJobId(id)
  if (jobId === null) return getJob(id, ports)
  const endsAtMs = ports.clock.monotonicMs() + waitMs
  using watch = watches.open(jobId)
  let sight = await watch.sight()
  for (;;) {
    if (sight.view === null) throw sight.error
    if (until(sight.view.job)) return sight.view
    const leftMs = endsAtMs - ports.clock.monotonicMs()
    if (leftMs <= 0 || signal.aborted) return getJob(id, ports)
    sight = await watch.after(sight, leftMs, signal)
  }
}

export const hasEnded = (job: Job): boolean => isTerminal(job.status)
