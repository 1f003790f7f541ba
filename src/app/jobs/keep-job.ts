// Keeps an ended job and its files beyond the retention time, or no longer.
import type { Job } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'
import { findEndedJob } from './find-job.ts'

/**
 * @param kept false: the retention time begins now
 * @throws AppError `job_not_found`, `job_expired`, `job_not_finished`
 */
export async function keepJob(id: string, kept: boolean, ports: HubPorts): Promise<Job> {
  const { clock, jobs, limits, signals, unitOfWork } = ports
  const changed = await unitOfWork.write(async (tx): Promise<Job> => {
    const job = await findEndedJob(tx, id, jobs)
    if (kept === (job.expiresAtMs === null)) return job
    const expiresAtMs = kept ? null : clock.epochMs() + limits.retentionMs
    const next = { ...job, expiresAtMs, version: job.version + 1 }
    await jobs.update(tx, next)
    return next
  })
  signals.changed(changed.id)
  return changed
}
