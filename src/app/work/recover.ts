// What a hub finds when it starts. Alone on its store, everything that looks like work in progress was left behind by a
// process that is gone: jobs go back to the queue at once, half-written files and reservations are cleared away. On a shared
// store others may be at work: there leases run out by themselves.
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { HubPorts } from '../hub-ports.ts'
import { removeUnneededBlobs } from '../remove-unneeded-blobs.ts'
import { takeBack } from './take-back.ts'

/** @param exclusive no other process uses the store */
export async function recover(exclusive: boolean, ports: HubPorts): Promise<void> {
  await mkdir(ports.workFolder, { recursive: true })
  if (!exclusive) return
  await emptyFolder(ports.workFolder)
  await ports.blobs.removeLeftovers()
  await ports.unitOfWork.write((tx) => ports.idempotency.releaseAll(tx))
  await dropHolds(ports)
  const { running, leases } = await ports.unitOfWork.read(async (tx) => ({
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

async function dropHolds(ports: HubPorts): Promise<void> {
  const { unitOfWork, references } = ports
  const holders = await unitOfWork.read((tx) => references.holders(tx, 'hold'))
  for (const holder of holders) {
    const dropped = await unitOfWork.write((tx) => references.dropAll(tx, holder))
    await removeUnneededBlobs(dropped, ports)
  }
}

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    await rm(join(folder, name), { recursive: true, force: true })
  }
}
