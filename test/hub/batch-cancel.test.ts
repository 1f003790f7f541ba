// The cancel of a batch is completed although the hub that began it was killed.
import { expect, it } from 'vitest'
import { BelievedTime } from '../../src/app/work/believed-time.ts'
import { sweepStorage } from '../../src/app/work/sweep.ts'
import { BODY, createHubBench, type HubBench, SUBMIT, signal } from '../support/hub-bench.ts'

/** The rows that a hub leaves when it is killed right after it wrote the wish. */
async function cutOff({ hub, ports }: HubBench): Promise<string> {
  const items = Array.from({ length: 3 }, (_, seed) => ({ seed }))
  const { view } = await hub.batches.submit({ defaults: BODY, items }, SUBMIT)
  const { id } = view.batch
  await ports.unitOfWork.write((tx) => ports.batches.requestCancel(tx, id, 5))
  return id
}

async function expectCanceled({ hub }: HubBench, id: string): Promise<void> {
  const { batch, jobs } = await hub.batches.get(id)
  expect(jobs.map((job) => job?.status)).toEqual(['canceled', 'canceled', 'canceled'])
  expect(batch).toMatchObject({ cancelRequestedAtMs: 5, endedAtMs: expect.any(Number) })
}

it('a half-done cancel of a batch is completed when the hub starts again', async () => {
  const first = await createHubBench({ works: false })
  const id = await cutOff(first)
  await first.close()
  await expectCanceled(await createHubBench({ folder: first.folder, works: false }), id)
})

it('a half-done cancel of a batch is completed by the sweep of another hub', async () => {
  const bench = await createHubBench({ works: false })
  const id = await cutOff(bench)
  const { ports } = bench
  await sweepStorage({ time: new BelievedTime(ports.clock, null), signal }, ports)
  await expectCanceled(bench, id)
})
