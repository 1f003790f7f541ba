// Cancels the jobs of a batch that have not ended. The wish is written first; a call that was cut off is repeated by its caller.
import type { Job } from '../../domain/job.ts'
import { isTerminal } from '../../domain/job.ts'
import type { BatchView } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { announceChange, changeJobWithin } from '../jobs/change-job.ts'
import { findBatch, getBatch } from './read-batches.ts'

/** Jobs in one transaction: other writers wait for it. */
const AT_ONCE = 50

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
  // The last ones first: those at the head of the queue may start meanwhile.
  const left = unfinished.map((job) => job.id).toReversed()
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
  return getBatch(id, ownerKey, ports)
}
