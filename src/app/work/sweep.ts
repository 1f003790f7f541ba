// What has to be done from time to time: lost workers, missed deadlines, jobs and files whose time is over, and room on the
// disk. Each round does a little of each, so that nothing waits for long.
import { AppError } from '../../domain/errors.ts'
import type { JobId } from '../../domain/ids.ts'
import { deleteFile } from '../files/upload-file.ts'
import type { HubPorts } from '../hub-ports.ts'
import { announceChange, changeJobWithin } from '../jobs/change-job.ts'
import { removeJob } from '../jobs/remove-job.ts'
import type { RemovalReason } from '../ports/observer.ts'
import { removeUnneededBlobs } from '../remove-unneeded-blobs.ts'
import { missedDeadline } from './claim-job.ts'
import type { LeaseWatch } from './lease-watch.ts'
import { takeBack } from './take-back.ts'

/** Of each kind in a round. */
const BATCH = 100
/** A running job's worker sees to its deadline itself; this is for one that hangs. */
const DEADLINE_GRACE_MS = 15_000
const REMEMBER_EXPIRED_MS = 30 * 24 * 3_600_000

/** Every second or so. @throws AppError when the store cannot be used */
export async function sweepWork(watch: LeaseWatch, ports: HubPorts): Promise<void> {
  const leases = await ports.unitOfWork.read((tx) => ports.dispatch.leases(tx))
  for (const lease of watch.look(leases, ports.clock.monotonicMs())) await takeBack(lease, ports)
  const nowMs = ports.clock.epochMs()
  const overdue = await ports.unitOfWork.read((tx) =>
    ports.jobs.overdue(tx, nowMs, DEADLINE_GRACE_MS, BATCH),
  )
  for (const id of overdue) await endOverdue(id, nowMs, ports)
}

/** Every minute or so. @throws AppError when the store cannot be used */
export async function sweepStorage(ports: HubPorts): Promise<void> {
  const nowMs = ports.clock.epochMs()
  const { unitOfWork, jobs, files, idempotency, references } = ports
  const expired = await unitOfWork.read((tx) => jobs.expired(tx, nowMs, BATCH))
  for (const id of expired) await removeQuietly(id, 'retention', ports)
  const expiredFiles = await unitOfWork.read((tx) => files.expired(tx, nowMs, BATCH))
  for (const id of expiredFiles) await deleteFile(id, ports).catch(ignoreGone)
  await unitOfWork.write(async (tx) => {
    await idempotency.sweep(tx, nowMs)
    await jobs.forgetBuried(tx, nowMs - REMEMBER_EXPIRED_MS)
  })
  const unused = await unitOfWork.read((tx) => references.unused(tx, BATCH))
  await removeUnneededBlobs(unused, ports)
  await keepDiskReserve(ports)
}

async function endOverdue(id: JobId, nowMs: number, ports: HubPorts): Promise<void> {
  const changed = await ports.unitOfWork.write(async (tx) => {
    const job = await ports.jobs.get(tx, id)
    const missed = job === null ? null : missedDeadline(job, nowMs)
    return job === null || missed === null ? null : changeJobWithin(tx, job, missed, ports)
  })
  if (changed !== null) announceChange(changed, ports)
}

/** The job that ended first goes first, until there is room or nothing is left that may go. */
async function keepDiskReserve(ports: HubPorts): Promise<void> {
  const { blobs, observer, unitOfWork, jobs } = ports
  const reserveBytes = ports.limits.diskReserveBytes
  for (let removed = 0; removed < BATCH; removed += 1) {
    const freeBytes = await blobs.freeBytes()
    if (freeBytes >= reserveBytes) return
    if (removed === 0) observer.observe({ type: 'hub.disk_low', freeBytes, reserveBytes })
    const [oldest] = await unitOfWork.read((tx) => jobs.oldestFinished(tx, 1))
    if (oldest === undefined) return
    await removeQuietly(oldest, 'disk_reserve', ports)
  }
}

async function removeQuietly(id: JobId, why: RemovalReason, ports: HubPorts): Promise<void> {
  await removeJob(id, why, ports).catch(ignoreGone)
}

/** Someone deleted it between the look and the removal. */
function ignoreGone(error: unknown): void {
  if (error instanceof AppError && /_(not_found|expired)$/.test(error.code)) return
  throw error
}
