// The promises of the store of webhook deliveries.
import { expect, it } from 'vitest'
import type { DeliveryQuery, DueQuery } from '../../src/app/ports/delivery-store.ts'
import type { JobId } from '../../src/domain/ids.ts'
import {
  sampleDelivery as delivery,
  SAMPLE_DELIVERY_JOB as JOB,
} from '../support/sample-delivery.ts'
import type { OpenStores } from '../support/store-backends.ts'

const OTHER_JOB = 'job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c12' as JobId
const ALL: DeliveryQuery = { ownerKey: null, jobId: null, status: null, before: null, limit: 100 }

const dueAt = (nowMs: number, exceptHosts: readonly string[] = []): DueQuery => ({
  nowMs,
  exceptHosts,
  limit: 100,
})

export function deliveryStoreSuite(open: OpenStores): void {
  it('keeps a delivery as it was written, and lists the newest first', async () => {
    const { unitOfWork, deliveries } = await open()
    const [first, second, third] = [
      delivery(1),
      delivery(2, { ownerKey: 'other', signer: 'other', jobId: OTHER_JOB }),
      delivery(3, { status: 'delivered', nextAtMs: null }),
    ]
    await unitOfWork.write(async (tx) => {
      for (const each of [second, first, third]) await deliveries.insert(tx, each)
      expect(await deliveries.get(tx, second.id)).toEqual(second)
      expect(await deliveries.get(tx, delivery(9).id)).toBeNull()
      expect(await deliveries.list(tx, ALL)).toEqual([third, second, first])
      expect(await deliveries.list(tx, { ...ALL, ownerKey: 'shop' })).toEqual([third, first])
      expect(await deliveries.list(tx, { ...ALL, jobId: OTHER_JOB })).toEqual([second])
      expect(await deliveries.list(tx, { ...ALL, status: 'delivered' })).toEqual([third])
      expect(await deliveries.list(tx, { ...ALL, before: third.id, limit: 1 })).toEqual([second])
      expect(await deliveries.pending(tx, 'shop')).toBe(1)
    })
  })

  it('finds what is due, the longest first, without the busy hosts', async () => {
    const { unitOfWork, deliveries } = await open()
    const late = delivery(1, { nextAtMs: 50 })
    const elsewhere = delivery(2, { url: 'https://slow.example/' })
    const plain = delivery(3)
    await unitOfWork.write(async (tx) => {
      for (const each of [late, elsewhere, plain]) await deliveries.insert(tx, each)
      expect(await deliveries.due(tx, dueAt(49))).toEqual([elsewhere, plain])
      expect(await deliveries.due(tx, dueAt(50, ['slow.example']))).toEqual([plain, late])
      expect(await deliveries.due(tx, dueAt(1))).toEqual([])
    })
  })

  it('gives a delivery to one of two hubs, and back when that one dies', async () => {
    const { unitOfWork, deliveries, owners } = await open()
    const due = delivery(1)
    await unitOfWork.write((tx) => deliveries.insert(tx, due))
    const claims = await Promise.all(
      ['one', 'two'].map((hub) => unitOfWork.write((tx) => deliveries.claim(tx, due, hub, 1000))),
    )
    expect(claims.toSorted()).toEqual([false, true])
    await unitOfWork.write(async (tx) => {
      expect(await deliveries.due(tx, dueAt(999))).toEqual([])
      expect(await deliveries.due(tx, dueAt(1000))).toMatchObject([{ id: due.id }])
      for (const hub of ['one', 'two']) await owners.register(tx, hub)
      await deliveries.releaseClaims(tx, 5)
      expect(await deliveries.due(tx, dueAt(999))).toEqual([])
      for (const hub of ['one', 'two']) await owners.forget(tx, hub)
      await deliveries.releaseClaims(tx, 5)
      expect(await deliveries.due(tx, dueAt(5))).toMatchObject([{ id: due.id }])
    })
  })

  it('writes the outcome of an attempt', async () => {
    const { unitOfWork, deliveries } = await open()
    const tried = delivery(1, {
      status: 'failed',
      nextAtMs: null,
      failures: 2,
      attempts: [{ atMs: 5, status: null, error: 'url_timeout', tookMs: 15_000 }],
    })
    await unitOfWork.write(async (tx) => {
      await deliveries.insert(tx, delivery(1))
      await deliveries.update(tx, tried)
      expect(await deliveries.get(tx, tried.id)).toEqual(tried)
    })
  })

  it('disables a URL for one key, until it is enabled again', async () => {
    const { unitOfWork, deliveries } = await open()
    const [mine, others] = [delivery(1), delivery(2, { ownerKey: 'other' })]
    const { url } = mine
    await unitOfWork.write(async (tx) => {
      await deliveries.insert(tx, mine)
      await deliveries.insert(tx, others)
      await deliveries.disable(tx, 'shop', url)
      expect(await deliveries.due(tx, dueAt(9))).toEqual([others])
      expect(await deliveries.isDisabled(tx, 'shop', url)).toBe(true)
      expect(await deliveries.isDisabled(tx, 'other', url)).toBe(false)
      await deliveries.enable(tx, 'shop', url)
      expect(await deliveries.isDisabled(tx, 'shop', url)).toBe(false)
      expect(await deliveries.get(tx, mine.id)).toMatchObject({ status: 'failed' })
    })
  })

  it('forgets the log of a job, but nothing that is pending, and sweeps what is old', async () => {
    const { unitOfWork, deliveries } = await open()
    const settled = delivery(1, { status: 'delivered', nextAtMs: null })
    const [pending, ofOther] = [delivery(2), delivery(3, { jobId: OTHER_JOB })]
    await unitOfWork.write(async (tx) => {
      for (const each of [settled, pending, ofOther]) await deliveries.insert(tx, each)
      await deliveries.forgetSettled(tx, JOB)
      expect(await deliveries.list(tx, ALL)).toEqual([ofOther, pending])
      await deliveries.sweep(tx, 3)
      expect(await deliveries.list(tx, ALL)).toEqual([ofOther])
    })
  })
}
