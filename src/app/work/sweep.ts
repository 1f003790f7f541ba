// Periodic work: lost workers, missed deadlines, expired jobs and files, and the quota of the hub. Each round does a little of
// each, so that nothing waits for long.
import { AppError } from '../../domain/errors.ts'
import type { JobId } from '../../domain/ids.ts'
import { completeCancels } from '../batches/cancel-batch.ts'
import { sweepDirectUploads } from '../files/direct-upload.ts'
import { sweepUploads } from '../files/resumed-upload.ts'
import { deleteFile } from '../files/upload-file.ts'
import type { HubPorts } from '../hub-ports.ts'
import { announceChange, changeJobWithin } from '../jobs/change-job.ts'
import { removeJob } from '../jobs/remove-job.ts'
import type { RemovalReason } from '../ports/observer.ts'
import { removeUnneededBlobs } from '../remove-unneeded-blobs.ts'
import type { BelievedTime } from './believed-time.ts'
import { missedDeadline } from './claim-job.ts'
import type { LeaseWatch } from './lease-watch.ts'
import { takeBack } from './take-back.ts'

/** Items of each kind in one round. */
const BATCH = 100
/** The worker of a running job enforces its deadline; the sweep waits this long for a worker that hangs. */
const DEADLINE_GRACE_MS = 15_000
const REMEMBER_EXPIRED_MS = 30 * 24 * 3_600_000
/** The log of webhooks. The last attempt comes after three days. */
const KEEP_DELIVERIES_MS = 14 * 24 * 3_600_000

/** Runs about every second. @throws AppError when the store cannot be used */
export async function sweepWork(watch: LeaseWatch, ports: HubPorts): Promise<void> {
  const leases = await ports.unitOfWork.read((tx) => ports.dispatch.leases(tx))
  for (const lease of watch.look(leases, ports.clock.monotonicMs())) await takeBack(lease, ports)
  const nowMs = ports.clock.epochMs()
  const overdue = await ports.unitOfWork.read((tx) =>
    ports.jobs.overdue(tx, nowMs, DEADLINE_GRACE_MS, BATCH),
  )
  for (const id of overdue) await endOverdue(id, nowMs, ports)
}

export interface StorageSweep {
  readonly time: BelievedTime
  readonly signal: AbortSignal
}

/** Runs about every minute. @throws AppError when the store cannot be used */
export async function sweepStorage({ time, signal }: StorageSweep, ports: HubPorts): Promise<void> {
  const nowMs = time.nowMs()
  const { unitOfWork, jobs, files, idempotency, references } = ports
  const expired = await unitOfWork.read((tx) => jobs.expired(tx, nowMs, BATCH))
  for (const id of expired) await removeQuietly(id, 'retention', ports)
  const expiredFiles = await unitOfWork.read((tx) => files.expired(tx, nowMs, BATCH))
  for (const id of expiredFiles) await deleteFile(id, ports).catch(ignoreGone)
  await sweepUploads(ports)
  await completeCancels(ports)
  await unitOfWork.free(async (tx) => {
    await idempotency.sweep(tx, nowMs)
    // The Idempotency-Key of an expired batch makes a new one, as that of a job does.
    for (const id of await ports.batches.sweep(tx, nowMs)) await idempotency.forget(tx, id)
    await jobs.forgetBuried(tx, nowMs - REMEMBER_EXPIRED_MS)
    await ports.deliveries.sweep(tx, nowMs - KEEP_DELIVERIES_MS)
    if (ports.frames.isShared) await ports.frames.sweep(tx)
  })
  const unused = await unitOfWork.read((tx) => references.unused(tx, BATCH))
  await removeUnneededBlobs(unused, ports)
  await keepQuota(signal, ports)
  await reportLowDisk(ports)
  // Last: a bucket that cannot be listed holds up nothing else.
  await sweepDirectUploads(ports)
}

async function endOverdue(id: JobId, nowMs: number, ports: HubPorts): Promise<void> {
  const changed = await ports.unitOfWork.write(async (tx) => {
    const job = await ports.jobs.get(tx, id)
    const missed = job === null ? null : missedDeadline(job, nowMs)
    return job === null || missed === null ? null : changeJobWithin(tx, job, missed, ports)
  })
  if (changed !== null) announceChange(changed, ports)
}

/** The quota limits the hub's own files. The job that ended first is deleted first, until the rest is within the quota. */
async function keepQuota(signal: AbortSignal, ports: HubPorts): Promise<void> {
  const { blobs, unitOfWork, jobs, limits } = ports
  if (limits.storageMaxBytes === 0) return
  const { bytes } = await blobs.usage(signal)
  let overBytes = bytes - limits.storageMaxBytes
  for (let removed = 0; overBytes > 0 && removed < BATCH; removed += 1) {
    const [oldest] = await unitOfWork.read((tx) => jobs.oldestFinished(tx, 1))
    if (oldest === undefined) return
    overBytes -= await removeQuietly(oldest, 'quota', ports)
  }
}

/** The reserve only rejects new work. Files of others may fill the disk, so nothing is deleted for the reserve. */
async function reportLowDisk({ blobs, observer, limits }: HubPorts): Promise<void> {
  const freeBytes = await blobs.freeBytes()
  const reserveBytes = limits.diskReserveBytes
  if (freeBytes < reserveBytes) observer.observe({ type: 'hub.disk_low', freeBytes, reserveBytes })
}

/** @returns the bytes that were freed */
async function removeQuietly(id: JobId, why: RemovalReason, ports: HubPorts): Promise<number> {
  return (await removeJob(id, why, ports).catch(ignoreGone)) ?? 0
}

/** Another process deleted the job between the query and its removal. */
function ignoreGone(error: unknown): void {
  if (error instanceof AppError && /_(not_found|expired)$/.test(error.code)) return
  throw error
}
