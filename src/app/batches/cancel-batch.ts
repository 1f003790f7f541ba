// Cancels the jobs of a batch that have not ended. The wish is written first; when the process dies before it is done, the next start or
// the sweep of any hub does the rest.

import type { BatchId, JobId } from '../../domain/ids.ts'
import type { Job } from '../../domain/job.ts'
import { isTerminal } from '../../domain/job.ts'
import type { BatchView } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { announceChange, changeJobWithin } from '../jobs/change-job.ts'
import type { Transaction } from '../ports/unit-of-work.ts'
import { findBatch, getBatch } from './read-batches.ts'

/** Jobs in one transaction: other writers wait for it. */
const AT_ONCE = 50
/** Batches in one round of the sweep. */
const BATCHES = 20

/** @param ownerKey null: of any key @throws AppError `batch_not_found` */
export async function cancelBatch(
  id: string,
  ownerKey: string | null,
  ports: HubPorts,
): Promise<BatchView> {
  const { unitOfWork, batches, jobs, clock } = ports
  const unfinished = await unitOfWork.write(async (tx) => {
    const batch = await findBatch(tx, id, ownerKey, ports)
    if (batch.endedAtMs !== null) return []
    await batches.requestCancel(tx, batch.id, clock.epochMs())
    return (await jobs.ofBatch(tx, batch.id)).filter(({ status }) => !isTerminal(status))
  })
  await cancelJobs(
    unfinished.map((job) => job.id),
    ports,
  )
  return getBatch(id, ownerKey, ports)
}

/** @throws AppError `store_unavailable` */
export async function completeCancels(ports: HubPorts): Promise<void> {
  const { unitOfWork, batches } = ports
  const found = await unitOfWork.read((tx) => batches.beingCanceled(tx, BATCHES))
  for (const id of found)
    await cancelJobs(await unitOfWork.read((tx) => untold(tx, id, ports)), ports)
}

/** Jobs that run may take a moment to end after they were told. */
async function untold(
  tx: Transaction,
  id: BatchId,
  { jobs }: Pick<HubPorts, 'jobs'>,
): Promise<readonly JobId[]> {
  return (await jobs.ofBatch(tx, id))
    .filter((job) => !isTerminal(job.status) && job.cancelRequestedAtMs === null)
    .map((job) => job.id)
}

async function cancelJobs(ids: readonly JobId[], ports: HubPorts): Promise<void> {
  const { unitOfWork, jobs } = ports
  // The last ones first: those at the head of the queue may start meanwhile.
  const left = ids.toReversed()
  while (left.length > 0) {
    const some = left.splice(0, AT_ONCE)
    const changes = await unitOfWork.write(async (tx) => {
      const found = await Promise.all(some.map((jobId) => jobs.get(tx, jobId)))
      const changed = []
      for (const job of found.filter((each): each is Job => each !== null)) {
        changed.push(await changeJobWithin(tx, job, { event: { type: 'request-cancel' } }, ports))
      }
      return changed
    })
    for (const change of changes) announceChange(change, ports)
  }
}
