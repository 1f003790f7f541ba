// Opens the archive of a batch that has ended: its videos, and the reason for each item that has none.

import { inLanes } from '../../async/in-lanes.ts'
import type { Batch } from '../../domain/batch.ts'
import { itemFilename } from '../../domain/batch-files.ts'
import { toAppError } from '../../domain/errors.ts'
import type { ArchivedItem } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { openVideo } from '../jobs/open-output.ts'
import { findEndedBatch } from './read-batches.ts'

/** A bucket answers each in some milliseconds, and a batch has up to 500. */
const LANES = 8

/** @param ownerKey null: of any key @throws AppError `batch_not_found`, `batch_not_ended` */
export async function openArchive(
  id: string,
  ownerKey: string | null,
  ports: HubPorts,
): Promise<{ readonly batch: Batch; readonly items: readonly ArchivedItem[] }> {
  const batch = await ports.unitOfWork.read((tx) => findEndedBatch(tx, id, ownerKey, ports))
  const items: ArchivedItem[] = new Array(batch.items.length)
  await inLanes(LANES, batch.items.entries(), async ([index, item]) => {
    items[index] = await openItem(index + 1, item, ports)
  })
  return { batch, items }
}

async function openItem(
  item: number,
  { name, jobId }: Batch['items'][number],
  ports: HubPorts,
): Promise<ArchivedItem> {
  try {
    const video = await openVideo(jobId, ports)
    const file = itemFilename(item, name ?? 'video')
    return { video, row: { item, status: 'done', file, job: jobId, code: '', message: '' } }
  } catch (error) {
    const { code, detail: message } = toAppError(error)
    return { video: null, row: { item, status: 'failed', file: '', job: jobId, code, message } }
  }
}
