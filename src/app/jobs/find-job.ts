// A job by the text that a caller gave for its id: there, gone because its time was over, or never there.
import { AppError } from '../../domain/errors.ts'
import { parseJobId } from '../../domain/ids.ts'
import type { Job } from '../../domain/job.ts'
import type { JobStore } from '../ports/job-store.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

/** @throws AppError `job_not_found`, `job_expired` */
export async function findJob(tx: Transaction, id: string, jobs: JobStore): Promise<Job> {
  const jobId = parseJobId(id)
  const job = jobId === null ? null : await jobs.get(tx, jobId)
  if (job !== null) return job
  if (jobId !== null && (await jobs.isBuried(tx, jobId))) {
    throw new AppError('job_expired', `The job ${id} was kept for its time and is removed.`)
  }
  throw new AppError('job_not_found', `There is no job "${id.slice(0, 80)}".`)
}
