// Recovers the work that an earlier process left unfinished. A hub that is alone on its store requeues running jobs at once and
// deletes half-written files and reservations. On a shared store other hubs may be working, so leases and owners run out by
// themselves.
import { mkdir } from 'node:fs/promises'
import { completeCancels } from '../batches/cancel-batch.ts'
import type { HubPorts } from '../hub-ports.ts'
import { removeLeftovers } from './sweep-leftovers.ts'
import { takeBack } from './take-back.ts'

/** @param exclusive no other process uses the store */
export async function recover(exclusive: boolean, ports: HubPorts): Promise<void> {
  const { unitOfWork, owners, owner } = ports
  await mkdir(ports.workFolder, { recursive: true })
  await unitOfWork.write(async (tx) => {
    await owners.register(tx, owner)
    if (exclusive) await owners.forgetOthers(tx, owner)
  })
  await removeLeftovers(ports)
  await completeCancels(ports)
  if (!exclusive) return
  await unitOfWork.write((tx) => ports.idempotency.releaseAll(tx))
  const { running, leases } = await unitOfWork.read(async (tx) => ({
    running: await ports.jobs.running(tx),
    leases: await ports.dispatch.leases(tx),
  }))
  const lost = new Set([...running, ...leases.map(({ jobId }) => jobId)])
  const counts = { requeued: 0, failed: 0 }
  for (const jobId of lost) {
    const outcome = await takeBack({ jobId, token: null }, ports)
    if (outcome === 'requeued') counts.requeued += 1
    if (outcome === 'ended') counts.failed += 1
  }
  ports.observer.observe({ type: 'hub.recovered', ...counts })
}
