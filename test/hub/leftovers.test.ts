// Hubs on one PostgreSQL database and one folder: another hub deletes the leftovers of a killed one.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { BlobHold } from '../../src/app/blob-hold.ts'
import { LeaseWatch } from '../../src/app/work/lease-watch.ts'
import {
  beatOwner,
  OWNER_LIFE_MS,
  removeLeftovers,
  sweepOwners,
} from '../../src/app/work/sweep-leftovers.ts'
import { withWorkFolder } from '../../src/app/work-folder.ts'
import { ownedName, ownerOf } from '../../src/domain/owned-name.ts'
import { openStores } from '../../src/stores/open-stores.ts'
import { createHubBench, type HubBench, signal } from '../support/hub-bench.ts'
import { describePostgres } from '../support/postgres-server.ts'
import { sampleDelivery } from '../support/sample-delivery.ts'

describePostgres('hubs on one store', (server) => {
  /** A running hub, and a way to move the clock of its sweep. */
  const startSweeper = async () => {
    const databaseUrl = await server.createDatabase()
    const bench = await createHubBench({ databaseUrl, works: false })
    const watch = new LeaseWatch(OWNER_LIFE_MS)
    const time = { ms: 0 }
    const ports = { ...bench.ports, clock: { ...bench.ports.clock, monotonicMs: () => time.ms } }
    const sweepAt = async (ms: number): Promise<void> => {
      time.ms = ms
      await sweepOwners(watch, ports)
    }
    return { bench, databaseUrl, sweepAt }
  }

  it('14.9: what a killed hub left is removed by another one, and what a living one has stays', async () => {
    const { bench, databaseUrl, sweepAt } = await startSweeper()
    const dead = await startProcess(bench, databaseUrl)
    const alive = await startProcess(bench, databaseUrl)
    const all = [dead.owner, alive.owner].toSorted()
    await sweepAt(0)
    expect(await ownersOfEverything(bench)).toEqual(everythingOf(all))
    await beatOwner(alive.ports)
    await sweepAt(OWNER_LIFE_MS)
    expect(await ownersOfEverything(bench)).toEqual(everythingOf([alive.owner]))
    expect(await bench.stores.blobs.size(dead.held)).toBeNull()
    expect(await bench.stores.blobs.size(alive.held)).not.toBeNull()
    alive.finish()
  })

  it('14.9: a hub that was taken for dead names no bytes that were swept, and is counted again', async () => {
    const { bench, databaseUrl, sweepAt } = await startSweeper()
    const cutOff = await startProcess(bench, databaseUrl)
    await sweepAt(0)
    await sweepAt(OWNER_LIFE_MS)
    const { unitOfWork, references, owners } = bench.stores
    const handingOver = unitOfWork.write((tx) =>
      cutOff.hold.handOver(tx, { kind: 'job', id: 'job of the hub that was cut off' }),
    )
    await expect(handingOver).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await unitOfWork.read((tx) => references.holders(tx, 'job'))).toEqual([])
    await beatOwner(cutOff.ports)
    const known = await unitOfWork.read((tx) => owners.all(tx))
    expect(known.map(({ token }) => token)).toContain(cutOff.owner)
    cutOff.finish()
  })

  it('a webhook that a process claims while another one sweeps stays with it', async () => {
    const { bench } = await startSweeper()
    const { unitOfWork, owners, deliveries } = bench.stores
    const [left, taken] = [sampleDelivery(1), sampleDelivery(2)]
    await unitOfWork.write(async (tx) => {
      for (const each of [left, taken]) await deliveries.insert(tx, each)
      await deliveries.claim(tx, left, 'dead', NEVER)
    })
    /** Starts right after the sweep has read who lives. */
    const newcomer = (): Promise<boolean> =>
      unitOfWork.write(async (tx) => {
        await owners.register(tx, 'newcomer')
        return deliveries.claim(tx, taken, 'newcomer', NEVER)
      })
    const all: typeof owners.all = async (tx) => {
      const alive = await owners.all(tx)
      await newcomer()
      return alive
    }
    await removeLeftovers({ ...bench.ports, owners: { ...owners, all } })
    const query = { nowMs: NEVER - 1, exceptHosts: [], limit: 9 }
    const due = await unitOfWork.read((tx) => deliveries.due(tx, query))
    expect(due.map(({ id }) => id)).toEqual([left.id])
  })
})

const NEVER = 2 ** 52

/** Another process of the store during a job: it has staging files, holds, a work folder, and a request that it is accepting. */
async function startProcess(bench: HubBench, databaseUrl: string) {
  const folder = bench.folder.path('data')
  const stores = await openStores({
    folder,
    databaseUrl,
    onTrouble: () => {},
    onDamage: () => {},
    newToken: bench.ports.ids.newToken,
  })
  onTestFinished(() => stores.close())
  const { exclusive: _, close: __, ...storePorts } = stores
  const ports = { ...bench.ports, ...storePorts }
  await beatOwner(ports)
  await stores.blobs.stage(bytes('half of an upload'), { maxBytes: 100, signal })
  const hold = new BlobHold(ports, ports.ids.newToken())
  const { sha256 } = await hold.take(bytes(stores.owner), { maxBytes: 100, signal })
  await hold.publish()
  await stores.unitOfWork.write((tx) =>
    stores.idempotency.reserve(
      tx,
      {
        scope: 'anonymous POST /v1/jobs',
        key: stores.owner,
        fingerprint: 'f',
        madeId: null,
        reservedBy: ownedName(stores.owner, ports.ids.newToken()),
        expiresAtMs: Date.now() + 600_000,
      },
      Date.now(),
    ),
  )
  const { promise, resolve: finish } = Promise.withResolvers<void>()
  const made = Promise.withResolvers<void>()
  const work = withWorkFolder(ports, async (path) => {
    await mkdir(`${path}/frames`)
    await writeFile(`${path}/frames/1.png`, 'x')
    made.resolve()
    await promise
  })
  onTestFinished(async () => {
    finish()
    await work
  })
  await made.promise
  return { ports, owner: stores.owner, held: sha256, hold, finish }
}

const everythingOf = (owners: readonly string[]) => ({
  staged: owners,
  folders: owners,
  holds: owners,
  reserved: owners,
})

async function ownersOfEverything({ folder, stores }: HubBench) {
  const { unitOfWork, references, idempotency } = stores
  const holders = await unitOfWork.read((tx) => references.holders(tx, 'hold'))
  const reservations = await unitOfWork.read((tx) => idempotency.reservations(tx))
  const ownersOf = (names: readonly string[]): readonly string[] => names.map(ownerOf).toSorted()
  return {
    staged: ownersOf(await readdir(folder.path('data/blobs/staging'))),
    folders: ownersOf(await readdir(folder.path('data/work'))),
    holds: ownersOf(holders.map(({ id }) => id)),
    reserved: ownersOf(reservations.map(({ reservedBy }) => reservedBy)),
  }
}

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}
