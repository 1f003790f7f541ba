// Requeues a job whose worker was lost, or fails it after too many losses.

import { backoffMs } from '../../domain/backoff.ts'
import type { JobId } from '../../domain/ids.ts'
import { announceChange, changeJobWithin } from '../jobs/change-job.ts'
import { type ClaimPorts, WORKER_LOST } from './claim-job.ts'

export interface LostWork {
  readonly jobId: JobId
  /** Nothing happens if another lease has the job now; null when there was no lease. */
  readonly token: string | null
}

/** @returns the changed job, null when nothing changed */
export async function takeBack(
  { jobId, token }: LostWork,
  ports: ClaimPorts,
): Promise<'requeued' | 'ended' | null> {
  const { unitOfWork, jobs, dispatch, limits, ids } = ports
  const changed = await unitOfWork.write(async (tx) => {
    const job = await jobs.get(tx, jobId)
    if (job === null) {
      await dispatch.remove(tx, jobId)
      return null
    }
    const lease = (await dispatch.leases(tx)).find((held) => held.jobId === jobId)
    if (token !== null && lease?.token !== token) return null
    if (job.status !== 'running') {
      // The lease has no attempt: the entry waits again, or is removed.
      if (job.status === 'queued') await dispatch.requeue(tx, jobId, ports.clock.epochMs())
      else await dispatch.remove(tx, jobId)
      return null
    }
    const { attempt, losses } = job
    const delayMs = losses === 0 ? 0 : backoffMs(losses, ids.newSeed() / 2 ** 32)
    const event = { type: 'worker-lost', attempt, maxLosses: limits.workerMaxLosses } as const
    return changeJobWithin(tx, job, { event, edits: { error: WORKER_LOST, delayMs } }, ports)
  })
  if (changed === null || changed.transition.kind !== 'moved') return null
  announceChange(changed, ports)
  return changed.job.status === 'queued' ? 'requeued' : 'ended'
}
