// A kept job stays beyond the retention time and the quota, until it is released or deleted.
import { expect, it } from 'vitest'
import { BelievedTime } from '../../src/app/work/believed-time.ts'
import { sweepStorage } from '../../src/app/work/sweep.ts'
import { BODY, createHubBench, type HubBench } from '../support/hub-bench.ts'

async function sweep({ ports }: HubBench): Promise<void> {
  const time = new BelievedTime(ports.clock, null)
  await sweepStorage({ time, signal: AbortSignal.timeout(60_000) }, ports)
}

async function sweepLater(bench: HubBench): Promise<void> {
  bench.wallClock.offsetMs += bench.ports.limits.retentionMs
  await sweep(bench)
}

async function endedJob(bench: HubBench, body: object = {}): Promise<string> {
  bench.renderer.immediately = true
  const { job } = await bench.submit({ ...BODY, ...body })
  await bench.ended(job.id)
  return job.id
}

it('stays beyond the retention time when the request asks for it, or somebody keeps it later', async () => {
  const bench = await createHubBench()
  const asked = await endedJob(bench, { keep: true })
  const later = await endedJob(bench)
  const plain = await endedJob(bench)
  await bench.hub.jobs.keep(later, true)
  await sweepLater(bench)
  for (const id of [asked, later]) {
    expect((await bench.hub.jobs.get(id)).job).toMatchObject({ expiresAtMs: null })
  }
  await expect(bench.hub.jobs.get(plain)).rejects.toMatchObject({ code: 'job_expired' })
})

it('is kept no longer once it is released', async () => {
  const bench = await createHubBench()
  const id = await endedJob(bench, { keep: true })
  const { job } = await bench.hub.jobs.keep(id, false)
  expect(job.expiresAtMs).toBeGreaterThan(job.finishedAtMs!)
  await sweepLater(bench)
  await expect(bench.hub.jobs.get(id)).rejects.toMatchObject({ code: 'job_expired' })
})

it('is not deleted for the quota', async () => {
  const bench = await createHubBench({ limits: { storageMaxBytes: 1 } })
  const kept = await endedJob(bench, { keep: true })
  const plain = await endedJob(bench)
  await sweep(bench)
  expect((await bench.hub.jobs.get(kept)).job.status).toBe('succeeded')
  await expect(bench.hub.jobs.get(plain)).rejects.toMatchObject({ code: 'job_expired' })
})

it('cannot be kept before it has ended', async () => {
  const bench = await createHubBench({ works: false })
  const { job } = await bench.submit()
  await expect(bench.hub.jobs.keep(job.id, true)).rejects.toMatchObject({
    code: 'job_not_finished',
  })
})
