// Deletes the leftovers of dead processes: staging files, work folders, holds and the blobs that only these held. Makes due the webhooks
// that they were sending, and frees the idempotency keys of requests that they were accepting. Any hub of a store does so. The heartbeat shows whether a process lives; a clock would have to be shared.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasOwner, ownerOf } from '../../domain/owned-name.ts'
import type { HubPorts } from '../hub-ports.ts'
import { removeUnneededBlobs } from '../remove-unneeded-blobs.ts'
import type { LeaseWatch } from './lease-watch.ts'

/** Four leases: a cut-off hub has lost its jobs long before, but a slow upload must survive a short break. */
export const OWNER_LIFE_MS = 60_000

/** @param watch of owners, with `OWNER_LIFE_MS` @throws AppError `store_unavailable` */
export async function sweepOwners(watch: LeaseWatch, ports: HubPorts): Promise<void> {
  const { unitOfWork, owners, clock } = ports
  const beats = await unitOfWork.read((tx) => owners.all(tx))
  for (const owner of watch.look(beats, clock.monotonicMs())) {
    if (owner.token !== ports.owner) await unitOfWork.write((tx) => owners.forgetDead(tx, owner))
  }
  await removeLeftovers(ports)
}

/** Deletes the leftovers without a known owner. @throws AppError `store_unavailable` */
export async function removeLeftovers(ports: HubPorts): Promise<void> {
  const { unitOfWork, owners, blobs, references, idempotency, deliveries, clock, workFolder } =
    ports
  const staged = await blobs.staged()
  const folders = await readdir(workFolder).catch(() => [])
  const holders = await unitOfWork.read((tx) => references.holders(tx, 'hold'))
  const reserved = await unitOfWork.read((tx) => idempotency.reservations(tx))
  // Owners are read last. An owner registers before it creates anything, so an unlisted owner of a listed leftover is dead.
  const alive = new Set((await unitOfWork.read((tx) => owners.all(tx))).map(({ token }) => token))
  await unitOfWork.write(async (tx) => {
    await deliveries.releaseClaims(tx, clock.epochMs())
    await ports.workers.sweep(tx)
  })
  const isLeft = (name: string): boolean => !alive.has(ownerOf(name))
  for (const name of staged.filter(isLeft)) await blobs.removeStaged(name)
  for (const name of folders.filter(isLeft)) {
    await rm(join(workFolder, name), { recursive: true, force: true })
  }
  for (const reservation of reserved.filter(
    ({ reservedBy }) => hasOwner(reservedBy) && isLeft(reservedBy),
  )) {
    await unitOfWork.write((tx) => idempotency.release(tx, reservation))
  }
  for (const holder of holders.filter(({ id }) => isLeft(id))) {
    const dropped = await unitOfWork.write((tx) => references.dropAll(tx, holder))
    await removeUnneededBlobs(dropped, ports)
  }
}

/** Sends the heartbeat of this process; registers it again when others had declared it dead. @throws AppError `store_unavailable` */
export async function beatOwner({ unitOfWork, owners, owner }: HubPorts): Promise<void> {
  await unitOfWork.write(async (tx) => {
    if (!(await owners.beat(tx, owner))) await owners.register(tx, owner)
  })
}
