// Deletes an ended job: its row, its events, and the blobs that no other job needs. A download of its video that has begun
// continues to the end.
import { AppError } from '../../domain/errors.ts'
import { isTerminal } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { RemovalReason } from '../ports/observer.ts'
import { removeUnneededBlobs } from '../remove-unneeded-blobs.ts'
import { findJob } from './find-job.ts'

type Ports = Pick<
  HubPorts,
  | 'unitOfWork'
  | 'jobs'
  | 'windows'
  | 'events'
  | 'references'
  | 'blobs'
  | 'idempotency'
  | 'deliveries'
  | 'observer'
  | 'signals'
  | 'clock'
>

/**
 * The hub remembers the ids of jobs that it removed itself, with the reason; a job that a caller deleted is forgotten. Its
 * Idempotency-Key is free again.
 *
 * @returns the bytes that were freed
 * @throws AppError `job_not_found`, `job_expired`, `job_not_finished`
 */
export async function removeJob(id: string, why: RemovalReason, ports: Ports): Promise<number> {
  const { jobId, dropped } = await ports.unitOfWork.free(async (tx) => {
    const job = await findJob(tx, id, ports.jobs)
    if (!isTerminal(job.status)) {
      throw new AppError('job_not_finished', `The job ${id} has not ended: it is ${job.status}.`)
    }
    await ports.jobs.delete(tx, job.id)
    await ports.events.deleteAll(tx, job.id)
    await ports.windows.deleteAll(tx, job.id)
    await ports.idempotency.forget(tx, job.id)
    if (why === 'deleted') await ports.deliveries.forgetSettled(tx, job.id)
    const { ownerKey } = job
    if (why !== 'deleted')
      await ports.jobs.bury(tx, job.id, { atMs: ports.clock.epochMs(), why, ownerKey })
    const dropped = await ports.references.dropAll(tx, { kind: 'job', id: job.id })
    return { jobId: job.id, dropped }
  })
  ports.observer.observe({ type: 'job.removed', jobId, why })
  ports.signals.changed(jobId)
  return removeUnneededBlobs(dropped, ports)
}
