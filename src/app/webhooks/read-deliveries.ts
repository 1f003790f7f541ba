// The log of deliveries, and sending an event again.
import type { DeliveryStatus } from '@infinitetalk/contract'
import { type Delivery, redelivered } from '../../domain/delivery.ts'
import { AppError } from '../../domain/errors.ts'
import { parseDeliveryId } from '../../domain/ids.ts'
import type { DeliveryPage } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { findJob } from '../jobs/find-job.ts'

type Ports = Pick<HubPorts, 'unitOfWork' | 'deliveries' | 'jobs' | 'clock'>

export interface ListDeliveries {
  readonly ownerKey?: string | null
  readonly status: DeliveryStatus | null
  readonly limit: number
  readonly cursor: string | null
}

export async function listDeliveries(
  { ownerKey = null, status, limit, cursor }: ListDeliveries,
  { unitOfWork, deliveries }: Ports,
): Promise<DeliveryPage> {
  const before = cursor === null ? null : parseDeliveryId(cursor)
  const found = await unitOfWork.read((tx) =>
    deliveries.list(tx, { ownerKey, jobId: null, status, before, limit: limit + 1 }),
  )
  const page = found.slice(0, limit)
  return { deliveries: page, nextCursor: found.length > limit ? page.at(-1)!.id : null }
}

/** A job has one event at most; its redeliveries are attempts of it. */
const MOST_OF_A_JOB = 100

/** @throws AppError `job_not_found`, `job_expired` */
export async function listJobDeliveries(
  id: string,
  { unitOfWork, deliveries, jobs }: Ports,
): Promise<readonly Delivery[]> {
  return unitOfWork.read(async (tx) => {
    const { id: jobId } = await findJob(tx, id, jobs)
    const query = { ownerKey: null, status: null, before: null, limit: MOST_OF_A_JOB }
    return deliveries.list(tx, { ...query, jobId })
  })
}

/** @param ownerKey null: of any key @throws AppError `delivery_not_found` */
export async function redeliver(
  id: string,
  ownerKey: string | null,
  { unitOfWork, deliveries, clock }: Ports,
): Promise<Delivery> {
  const deliveryId = parseDeliveryId(id)
  const again = await unitOfWork.write(async (tx) => {
    const found = deliveryId === null ? null : await deliveries.get(tx, deliveryId)
    if (found === null || (ownerKey !== null && found.ownerKey !== ownerKey)) return null
    const delivery = redelivered(found, clock.epochMs())
    await deliveries.update(tx, delivery)
    return delivery
  })
  if (again !== null) return again
  throw new AppError('delivery_not_found', `There is no delivery "${id.slice(0, 80)}".`)
}
