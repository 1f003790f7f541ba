// Finds a job by the text that a caller gave as its id: the job, or whether it has expired or never existed.
import { AppError } from '../../domain/errors.ts'
import { parseJobId } from '../../domain/ids.ts'
import { isTerminal, type Job } from '../../domain/job.ts'
import type { Burial, JobStore } from '../ports/job-store.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

const REMOVED: Readonly<Record<Burial['why'], string>> = {
  retention: 'was kept for its time (INFINITETALK_LIMIT_RETENTION_MS) and is removed',
  quota:
    'is removed: the files of the hub were more than its quota (INFINITETALK_LIMIT_STORAGE_MAX_BYTES), and this job had ended first',
}

/** @throws AppError `job_not_found`, `job_expired` */
export async function findJob(tx: Transaction, id: string, jobs: JobStore): Promise<Job> {
  const jobId = parseJobId(id)
  const job = jobId === null ? null : await jobs.get(tx, jobId)
  if (job !== null) return job
  const burial = jobId === null ? null : await jobs.burial(tx, jobId)
  if (burial !== null) throw new AppError('job_expired', `The job ${id} ${REMOVED[burial.why]}.`)
  throw new AppError('job_not_found', `There is no job "${id.slice(0, 80)}".`)
}

/** @throws AppError `job_not_found`, `job_expired`, `job_not_finished` */
export async function findEndedJob(tx: Transaction, id: string, jobs: JobStore): Promise<Job> {
  const job = await findJob(tx, id, jobs)
  if (isTerminal(job.status)) return job
  throw new AppError('job_not_finished', `The job ${id} has not ended: it is ${job.status}.`)
}
