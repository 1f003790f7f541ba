// Cancels a job: at once while it waits. While it runs, the request is committed and the engine is stopped. If a cancellation and
// a success race, the first one committed wins, and the caller learns which.
import { AppError } from '../../domain/errors.ts'
import type { CancelOutcome } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { announceChange, changeJobWithin } from './change-job.ts'
import { findJob } from './find-job.ts'
import { getJob } from './read-jobs.ts'

/** @throws AppError `job_not_found`, `job_expired`, `job_finished` */
export async function cancelJob(id: string, ports: HubPorts): Promise<CancelOutcome> {
  const changed = await ports.unitOfWork.write(async (tx) => {
    const job = await findJob(tx, id, ports.jobs)
    return changeJobWithin(tx, job, { event: { type: 'request-cancel' } }, ports)
  })
  if (changed.transition.kind === 'refused') {
    const detail = `The job ${id} has ended already: its status is "${changed.job.status}".`
    throw new AppError('job_finished', detail, { meta: { status: changed.job.status } })
  }
  announceChange(changed, ports)
  const view = await getJob(id, ports)
  return { outcome: changed.job.status === 'canceled' ? 'canceled' : 'requested', view }
}
