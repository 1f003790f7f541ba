// Deletes a batch that has ended, with its jobs and their files. The batch goes last, so a call that was cut off can be repeated.
import { AppError } from '../../domain/errors.ts'
import type { HubPorts } from '../hub-ports.ts'
import { removeJob } from '../jobs/remove-job.ts'
import { findEndedBatch } from './read-batches.ts'

/** @param ownerKey null: of any key @throws AppError `batch_not_found`, `batch_not_ended` */
export async function removeBatch(
  id: string,
  ownerKey: string | null,
  ports: HubPorts,
): Promise<void> {
  const { unitOfWork, batches, idempotency } = ports
  const batch = await unitOfWork.read((tx) => findEndedBatch(tx, id, ownerKey, ports))
  for (const { jobId } of batch.items) {
    await removeJob(jobId, 'deleted', ports).catch(ignoreGone)
  }
  await unitOfWork.free(async (tx) => {
    await batches.delete(tx, batch.id)
    await idempotency.forget(tx, batch.id)
  })
}

function ignoreGone(error: unknown): void {
  if (error instanceof AppError && /^job_(not_found|expired)$/.test(error.code)) return
  throw error
}
