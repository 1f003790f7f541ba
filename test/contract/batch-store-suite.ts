// The promises of the store of batches, and of jobs that belong to one.
import { expect, it } from 'vitest'
import type { Batch } from '../../src/domain/batch.ts'
import { batchIdOf } from '../../src/domain/ids.ts'
import { SAMPLE_TIME_MS, sampleJob } from '../support/sample-job.ts'
import type { OpenStores } from '../support/store-backends.ts'

function sampleBatch(number: number, changes: Partial<Batch> = {}): Batch {
  return {
    id: batchIdOf(SAMPLE_TIME_MS + number, new Uint8Array(10).fill(number)),
    ownerKey: 'shop',
    name: null,
    items: [{ name: 'hello', jobId: sampleJob(number).id }],
    createdAtMs: SAMPLE_TIME_MS,
    cancelRequestedAtMs: null,
    endedAtMs: null,
    expiresAtMs: null,
    ...changes,
  }
}

export function batchStoreSuite(open: OpenStores): void {
  it('keeps a batch as it was written, and lists the newest first', async () => {
    const { unitOfWork, batches } = await open()
    const [first, second, third] = [
      sampleBatch(1, { name: 'greetings' }),
      sampleBatch(2, { ownerKey: 'other' }),
      sampleBatch(3),
    ]
    await unitOfWork.write(async (tx) => {
      for (const each of [second, third, first]) await batches.insert(tx, each, 1)
      expect(await batches.get(tx, first.id)).toEqual(first)
      const list = (changes = {}) =>
        batches.list(tx, { ownerKey: null, before: null, limit: 9, ...changes })
      expect(await list()).toEqual([third, second, first])
      expect(await list({ ownerKey: 'shop' })).toEqual([third, first])
      expect(await list({ before: third.id, limit: 1 })).toEqual([second])
      await batches.requestCancel(tx, first.id, 5)
      await batches.requestCancel(tx, first.id, 6)
      expect(await batches.get(tx, first.id)).toEqual({ ...first, cancelRequestedAtMs: 5 })
      await batches.requestCancel(tx, third.id, 7)
      expect(await batches.beingCanceled(tx, 9)).toEqual([first.id, third.id])
      expect(await batches.beingCanceled(tx, 1)).toEqual([first.id])
      await batches.end(tx, first.id, 8, 9)
      expect(await batches.beingCanceled(tx, 9)).toEqual([third.id])
      await batches.delete(tx, first.id)
      expect(await batches.get(tx, first.id)).toBeNull()
    })
  })

  it('finds one last job, although all end at the same time', async () => {
    const { unitOfWork, batches } = await open()
    const batch = sampleBatch(1)
    await unitOfWork.write((tx) => batches.insert(tx, batch, 4))
    const ends = [1, 2, 3, 4].map(() => unitOfWork.write((tx) => batches.jobEnded(tx, batch.id)))
    expect((await Promise.all(ends)).filter((isLast) => isLast)).toHaveLength(1)
  })

  it('counts and finds the jobs of a batch', async () => {
    const { unitOfWork, batches, jobs } = await open()
    const [{ id: batchId }, empty] = [sampleBatch(1), sampleBatch(2)]
    const members = [
      sampleJob(1, { batchId }),
      sampleJob(2, { batchId, status: 'failed' }),
      sampleJob(3, { batchId, status: 'failed' }),
    ]
    await unitOfWork.write(async (tx) => {
      await batches.insert(tx, sampleBatch(1), 1)
      for (const job of [...members, sampleJob(4)]) await jobs.insert(tx, job)
      expect(await jobs.ofBatch(tx, batchId)).toEqual(members)
      const counts = await jobs.countsOfBatches(tx, [batchId, empty.id])
      const none = { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0 }
      expect(counts.get(batchId)).toEqual({ ...none, queued: 1, failed: 2 })
      expect(counts.get(empty.id)).toEqual(none)
      expect(await jobs.countsOfBatches(tx, [])).toEqual(new Map())
    })
  })

  it('lets no job expire before its batch has ended, then all with it, without those that are kept', async () => {
    const { unitOfWork, batches, jobs } = await open()
    const batch = sampleBatch(1)
    const ended = { batchId: batch.id, status: 'succeeded', finishedAtMs: 1 } as const
    const early = sampleJob(1, { ...ended, expiresAtMs: 10 })
    const kept = sampleJob(2, ended)
    const alone = sampleJob(3, { status: 'failed', finishedAtMs: 1, expiresAtMs: 10 })
    await unitOfWork.write(async (tx) => {
      await batches.insert(tx, batch, 1)
      for (const job of [early, kept, alone]) await jobs.insert(tx, job)
      expect(await jobs.expired(tx, 50, 9)).toEqual([alone.id])
      await batches.end(tx, batch.id, 60, 100)
      await jobs.expireWithBatch(tx, batch.id, 100)
      expect(await jobs.expired(tx, 99, 9)).toEqual([alone.id])
      expect(await jobs.expired(tx, 100, 9)).toEqual([alone.id, early.id])
      expect(await jobs.get(tx, early.id)).toMatchObject({ expiresAtMs: 100, version: 2 })
      expect(await jobs.get(tx, kept.id)).toEqual(kept)
      expect(await batches.sweep(tx, 99)).toEqual([])
      expect(await batches.get(tx, batch.id)).toMatchObject({ endedAtMs: 60, expiresAtMs: 100 })
      expect(await batches.sweep(tx, 100)).toEqual([batch.id])
      expect(await batches.get(tx, batch.id)).toBeNull()
    })
  })
}
