// Opens the archive of a batch that has ended: its videos, and the reason for each item that has none.

import type { Batch } from '../../domain/batch.ts'
import { itemFilename } from '../../domain/batch-files.ts'
import { toAppError } from '../../domain/errors.ts'
import type { ArchivedItem } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { openVideo } from '../jobs/open-output.ts'
import { findEndedBatch } from './read-batches.ts'

/** @param ownerKey null: of any key @throws AppError `batch_not_found`, `batch_not_ended` */
export async function openArchive(
  id: string,
  ownerKey: string | null,
  ports: HubPorts,
): Promise<{ readonly batch: Batch; readonly items: readonly ArchivedItem[] }> {
  const batch = await ports.unitOfWork.read((tx) => findEndedBatch(tx, id, ownerKey, ports))
  const items: ArchivedItem[] = []
  for (const [index, { name, jobId }] of batch.items.entries()) {
    const item = index + 1
    try {
      const video = await openVideo(jobId, ports)
      const file = itemFilename(item, name ?? 'video')
      items.push({ video, row: { item, status: 'done', file, job: jobId, code: '', message: '' } })
    } catch (error) {
      const { code, detail: message } = toAppError(error)
      items.push({
        video: null,
        row: { item, status: 'failed', file: '', job: jobId, code, message },
      })
    }
  }
  return { batch, items }
}
