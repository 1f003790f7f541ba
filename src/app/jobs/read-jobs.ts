// Reads one job, or a page of jobs, newest first, with their present place in the queue and time left.
import type { JobStatus } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'
import { type JobId, parseJobId } from '../../domain/ids.ts'
import type { JobPage, JobView } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { findJob } from './find-job.ts'
import { findJobs } from './find-jobs.ts'
import { type ViewPorts, viewJob, viewJobs } from './view-job.ts'

export type ReadPorts = ViewPorts & Pick<HubPorts, 'unitOfWork' | 'jobs'>

/** @throws AppError `job_not_found`, `job_expired` */
export async function getJob(id: string, ports: ReadPorts): Promise<JobView> {
  return ports.unitOfWork.read(async (tx) => viewJob(tx, await findJob(tx, id, ports.jobs), ports))
}

/** The owner of a job that is there or has expired; null for any other id. */
export async function ownerOfJob(
  id: string,
  { unitOfWork, jobs }: Pick<ReadPorts, 'unitOfWork' | 'jobs'>,
): Promise<string | null> {
  const jobId = parseJobId(id)
  if (jobId === null) return null
  return unitOfWork.read(async (tx) => {
    const owner = (await jobs.get(tx, jobId)) ?? (await jobs.burial(tx, jobId))
    return owner?.ownerKey ?? null
  })
}

export interface ListJobs {
  readonly status: JobStatus | null
  readonly ownerKey?: string | null
  readonly search?: string | null
  readonly limit: number
  readonly cursor: string | null
}

/** @throws AppError `cursor_invalid` */
export async function listJobs(query: ListJobs, ports: ReadPorts): Promise<JobPage> {
  const before = query.cursor === null ? null : readCursor(query.cursor)
  const { jobs, next } = await findJobs({ ...query, before }, ports)
  const views = await ports.unitOfWork.read((tx) => viewJobs(tx, jobs, ports))
  return { views, nextCursor: next === null ? null : writeCursor(next) }
}

/** Opaque, because its content may change. */
function writeCursor(id: JobId): string {
  return Buffer.from(`1 ${id}`).toString('base64url')
}

function readCursor(text: string): JobId {
  const [version, id = ''] = Buffer.from(text, 'base64url').toString().split(' ')
  const jobId = version === '1' ? parseJobId(id) : null
  if (jobId === null) throw new AppError('cursor_invalid', 'This hub did not make the cursor.')
  return jobId
}
