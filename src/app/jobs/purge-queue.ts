// Cancels the waiting jobs of a caller. A job that a worker claims meanwhile continues: purging a queue does not stop running
// work.
import type { JobId } from '../../domain/ids.ts'
import type { Job } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'
import { announceChange, changeJobWithin } from './change-job.ts'

/** Jobs of one query. */
const BATCH = 100

/** @returns the number of canceled jobs */
export async function purgeQueue(ownerKey: string, ports: HubPorts): Promise<number> {
  let purged = 0
  for (let before: JobId | null = null; ; ) {
    const query = { status: 'queued', before, limit: BATCH } as const
    const jobs: readonly Job[] = await ports.unitOfWork.read((tx) => ports.jobs.list(tx, query))
    for (const job of jobs) {
      if (job.ownerKey === ownerKey && (await cancelWaiting(job.id, ports))) purged += 1
    }
    if (jobs.length < BATCH) return purged
    before = jobs.at(-1)!.id
  }
}

async function cancelWaiting(id: JobId, ports: HubPorts): Promise<boolean> {
  const changed = await ports.unitOfWork.write(async (tx) => {
    const job = await ports.jobs.get(tx, id)
    if (job?.status !== 'queued') return null
    return changeJobWithin(tx, job, { event: { type: 'request-cancel' } }, ports)
  })
  if (changed === null) return false
  announceChange(changed, ports)
  return true
}
