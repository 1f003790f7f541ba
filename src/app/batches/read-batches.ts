// Reads a batch with its jobs, or a page of batches with the numbers of their jobs.
import type { Batch } from '../../domain/batch.ts'
import { AppError } from '../../domain/errors.ts'
import { type BatchId, parseBatchId } from '../../domain/ids.ts'
import type { BatchPage, BatchView } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Transaction } from '../ports/unit-of-work.ts'

type Ports = Pick<HubPorts, 'unitOfWork' | 'batches' | 'jobs' | 'clock'>

/** @param ownerKey null: of any key @throws AppError `batch_not_found` */
export async function findBatch(
  tx: Transaction,
  id: string,
  ownerKey: string | null,
  { batches }: Pick<HubPorts, 'batches'>,
): Promise<Batch> {
  const batchId = parseBatchId(id)
  const batch = batchId === null ? null : await batches.get(tx, batchId)
  if (batch !== null && (ownerKey === null || batch.ownerKey === ownerKey)) return batch
  throw new AppError('batch_not_found', `There is no batch "${id.slice(0, 80)}".`)
}

/** @throws AppError `batch_not_found`, `batch_not_ended` */
export async function findEndedBatch(
  tx: Transaction,
  id: string,
  ownerKey: string | null,
  ports: Pick<HubPorts, 'batches'>,
): Promise<Batch> {
  const batch = await findBatch(tx, id, ownerKey, ports)
  if (batch.endedAtMs !== null) return batch
  throw new AppError('batch_not_ended', `Jobs of the batch ${id} wait or run.`)
}

export async function getBatch(
  id: string,
  ownerKey: string | null,
  ports: Ports,
): Promise<BatchView> {
  const { batch, jobs } = await ports.unitOfWork.read(async (tx) => {
    const found = await findBatch(tx, id, ownerKey, ports)
    return { batch: found, jobs: await ports.jobs.ofBatch(tx, found.id) }
  })
  const byId = new Map(jobs.map((job) => [job.id, job]))
  return {
    batch,
    jobs: batch.items.map(({ jobId }) => byId.get(jobId) ?? null),
    nowMs: ports.clock.epochMs(),
  }
}

interface ListBatches {
  readonly ownerKey?: string | null
  readonly limit: number
  readonly cursor: string | null
}

export async function listBatches(
  { ownerKey = null, limit, cursor }: ListBatches,
  { unitOfWork, batches, jobs }: Ports,
): Promise<BatchPage> {
  const before = cursor === null ? null : parseBatchId(cursor)
  return unitOfWork.read(async (tx) => {
    const found = await batches.list(tx, { ownerKey, before, limit: limit + 1 })
    const page = found.slice(0, limit)
    const counts = await jobs.countsOfBatches(
      tx,
      page.map(({ id }) => id),
    )
    return {
      batches: page.map((batch) => ({ batch, counts: counts.get(batch.id)! })),
      nextCursor: found.length > limit ? (page.at(-1)!.id satisfies BatchId) : null,
    }
  })
}
