// Changes the texts that a caller keeps beside a job. They decide nothing, so they may change at any time.
import { METADATA_MAX_KEYS } from '@infinitetalk/contract'
import { AppError } from '../../domain/errors.ts'
import type { HubPorts } from '../hub-ports.ts'
import { findJob } from './find-job.ts'

/** @throws AppError `job_not_found`, `job_expired`, `invalid_request` */
export async function describeJob(
  id: string,
  texts: Readonly<Record<string, string | null>>,
  { jobs, signals, unitOfWork }: Pick<HubPorts, 'jobs' | 'signals' | 'unitOfWork'>,
): Promise<void> {
  const changed = await unitOfWork.write(async (tx) => {
    const job = await findJob(tx, id, jobs)
    const merged = Object.entries({ ...job.input.metadata, ...texts })
    const metadata = Object.fromEntries(
      merged.filter((entry): entry is [string, string] => entry[1] !== null),
    )
    if (Object.keys(metadata).length > METADATA_MAX_KEYS) {
      const detail = `The job would have ${Object.keys(metadata).length} texts; at most ${METADATA_MAX_KEYS} are possible.`
      throw new AppError('invalid_request', detail, { pointer: '/metadata' })
    }
    await jobs.describe(tx, { ...job, input: { ...job.input, metadata }, version: job.version + 1 })
    return job
  })
  signals.changed(changed.id)
}
