// Dispatch: who gets which job, in what order, and who has lost it.
import { expect, it } from 'vitest'
import type { DispatchEntry, Lease } from '../../src/app/ports/dispatch.ts'
import { SAMPLE_TIME_MS, sampleJob } from '../support/sample-job.ts'
import type { OpenStores, StoreBench } from '../support/store-backends.ts'

const NOW_MS = SAMPLE_TIME_MS + 1_000_000

export function dispatchSuite(open: OpenStores): void {
  it('delivers by priority, then by age, each job to one', async () => {
    const bench = await open()
    await enqueue(bench, { priority: 'low' }, { priority: 'normal' }, { priority: 'high' }, {})
    expect(await claimAll(bench)).toEqual([3, 2, 4, 1])
  })

  it('delivers no job twice to workers that claim at once', async () => {
    const bench = await open()
    await enqueue(bench, ...Array.from({ length: 20 }, () => ({})))
    const leases = await Promise.all(
      Array.from({ length: 24 }, (_, index) => claim(bench, { token: `t${index}` })),
    )
    const ids = leases.flatMap((lease) => (lease === null ? [] : [lease.jobId]))
    expect(ids).toHaveLength(20)
    expect(new Set(ids).size).toBe(20)
  })

  it('joins the transaction that accepts the job', async () => {
    const bench = await open()
    const failing = bench.unitOfWork.write(async (tx) => {
      await bench.dispatch.enqueue(tx, entryOf(1))
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await claim(bench)).toBeNull()
    expect(await figures(bench)).toMatchObject({ waiting: 0, leased: 0 })
  })

  it('holds back what is delayed, but not for a clock that was set back', async () => {
    const bench = await open()
    await enqueue(bench, { availableAtMs: NOW_MS + 5000 })
    expect(await claim(bench)).toBeNull()
    expect(await claim(bench, { nowMs: NOW_MS - 3_600_000 })).not.toBeNull()
  })

  it('delivers what is delayed when its time has come', async () => {
    const bench = await open()
    await enqueue(bench, { availableAtMs: NOW_MS + 5000 })
    expect(await claim(bench, { nowMs: NOW_MS + 5000 })).not.toBeNull()
  })

  it('never leases more of a key at a time than allowed, however many claim at once', async () => {
    const bench = await open()
    await enqueue(bench, ...Array.from({ length: 10 }, () => ({ concurrencyKey: 'a' })))
    const claims = Array.from({ length: 10 }, (_, index) =>
      claim(bench, { token: `t${index}`, maxPerKey: 2 }),
    )
    const leases = (await Promise.all(claims)).filter((lease) => lease !== null)
    expect(leases).toHaveLength(2)
    await bench.unitOfWork.write((tx) => bench.dispatch.remove(tx, leases[0]!.jobId))
    expect(await claim(bench, { maxPerKey: 2 })).not.toBeNull()
    expect(await claim(bench, { maxPerKey: 2 })).toBeNull()
  })

  it('passes over a key that has enough, to the jobs of others', async () => {
    const bench = await open()
    await enqueue(bench, { concurrencyKey: 'a' }, { concurrencyKey: 'a' }, { concurrencyKey: 'b' })
    expect(await claimAll(bench, { maxPerKey: 1 })).toEqual([1, 3])
  })

  it('keeps a lease as long as it beats, and tells who has lost it', async () => {
    const bench = await open()
    await enqueue(bench, {})
    const first = (await claim(bench, { token: 'first' }))!
    expect(await beat(bench, first)).toBe(true)
    expect(await leases(bench)).toEqual([{ ...first, beat: 1 }])
    await bench.unitOfWork.write((tx) => bench.dispatch.requeue(tx, first.jobId, NOW_MS))
    expect(await beat(bench, first)).toBe(false)
    const second = (await claim(bench, { token: 'second' }))!
    expect(second.jobId).toBe(first.jobId)
    expect(await beat(bench, first)).toBe(false)
    expect(await beat(bench, second)).toBe(true)
  })

  it('puts a job back at its old place', async () => {
    const bench = await open()
    await enqueue(bench, {}, {}, {})
    const { jobId } = (await claim(bench))!
    await bench.unitOfWork.write((tx) => bench.dispatch.requeue(tx, jobId, NOW_MS))
    expect(await claimAll(bench)).toEqual([1, 2, 3])
  })

  it('tells places, loads and the age of the queue', async () => {
    const bench = await open()
    await enqueue(bench, {}, { priority: 'high' }, {}, { concurrencyKey: 'b' })
    await claim(bench)
    const ids = [1, 2, 3, 4].map((number) => sampleJob(number).id)
    const { unitOfWork, dispatch } = bench
    const places = await unitOfWork.read((tx) => dispatch.places(tx, ids, 2))
    expect([...places]).toEqual(
      expect.arrayContaining([
        [ids[0], 1],
        // The first of a key comes before the second of another.
        [ids[3], 2],
      ]),
    )
    expect(places.size).toBe(2)
    expect(await unitOfWork.read((tx) => dispatch.load(tx, 'anonymous'))).toBe(3)
    expect(await unitOfWork.read((tx) => dispatch.load(tx, 'nobody'))).toBe(0)
    expect(await figures(bench)).toEqual({
      waiting: 3,
      leased: 1,
      oldestWaitingSinceMs: SAMPLE_TIME_MS + 1,
    })
    for (const id of ids) await unitOfWork.write((tx) => dispatch.remove(tx, id))
    await unitOfWork.write((tx) => dispatch.remove(tx, ids[0]!))
    expect(await figures(bench)).toEqual({ waiting: 0, leased: 0, oldestWaitingSinceMs: null })
  })

  it('gives a worker only entries that it can render, in their common order', async () => {
    const bench = await open()
    const able = (engine: string, need = '') => ({ ability: { engine, need } })
    // The third was written by a hub that knew no engines of entries.
    const urgent = { ...able('b', 'I2V_window'), priority: 'high' } as const
    await enqueue(bench, able('b'), able('a', 'image/1'), able(''), urgent, able('b', 'image/1'))
    const abilities = ['', 'I2V_window'].map((need) => ({ engine: 'b', need }))
    const both = [...abilities, { engine: 'a', need: 'image/1' }]
    expect(await claimAll(bench, { abilities: both })).toEqual([4, 1, 2, 3])
    expect(await claim(bench, { abilities })).toBeNull()
    expect(await claim(bench, { abilities: [] })).toBeNull()
    expect(await claimAll(bench)).toEqual([5])
  })

  it('passes over a key that has enough, to what the worker can render of others', async () => {
    const bench = await open()
    const ability = { engine: 'a', need: 'image/1' }
    const [x, y] = ['x', 'y'].map((concurrencyKey) => ({ ability, concurrencyKey }))
    await enqueue(bench, x!, x!, y!)
    expect(await claimAll(bench, { abilities: [ability], maxPerKey: 1 })).toEqual([1, 3])
  })
}

function entryOf(number: number, overrides: Partial<DispatchEntry> = {}): DispatchEntry {
  return {
    jobId: sampleJob(number).id,
    priority: 'normal',
    ability: { engine: 'noop', need: '' },
    concurrencyKey: 'anonymous',
    seconds: null,
    availableAtMs: SAMPLE_TIME_MS + number,
    ...overrides,
  }
}

async function enqueue(
  { unitOfWork, dispatch }: StoreBench,
  ...entries: readonly Partial<DispatchEntry>[]
): Promise<void> {
  for (const [index, entry] of entries.entries()) {
    await unitOfWork.write((tx) => dispatch.enqueue(tx, entryOf(index + 1, entry)))
  }
}

function claim(
  { unitOfWork, dispatch }: StoreBench,
  request: Partial<Parameters<typeof dispatch.claim>[1]> = {},
): Promise<Lease | null> {
  const asked = {
    ...{ workerId: 'w', token: 't', nowMs: NOW_MS, abilities: null, maxPerKey: 1000 },
    ...request,
  }
  return unitOfWork.write((tx) => dispatch.claim(tx, asked))
}

/** The numbers of the jobs in the order they are delivered. */
async function claimAll(
  bench: StoreBench,
  request: Parameters<typeof claim>[1] = {},
): Promise<readonly number[]> {
  const order: number[] = []
  for (;;) {
    const lease = await claim(bench, request)
    if (lease === null) return order
    order.push([1, 2, 3, 4, 5].find((number) => sampleJob(number).id === lease.jobId) ?? 0)
  }
}

function beat({ unitOfWork, dispatch }: StoreBench, lease: Lease): Promise<boolean> {
  return unitOfWork.write((tx) => dispatch.heartbeat(tx, lease))
}

function leases({ unitOfWork, dispatch }: StoreBench) {
  return unitOfWork.read((tx) => dispatch.leases(tx))
}

function figures({ unitOfWork, dispatch }: StoreBench) {
  return unitOfWork.read((tx) => dispatch.figures(tx))
}
