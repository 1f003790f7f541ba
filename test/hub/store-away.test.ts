// A store that goes away under a running job: the job waits for it.
import { rename } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { AppError } from '../../src/domain/errors.ts'
import { createHubBench } from '../support/hub-bench.ts'

it('14.13: a job whose video cannot be stored is put back, and succeeds once the folder is there again', async () => {
  const { renderer, submit, ended, folder, events } = await createHubBench()
  const { job } = await submit()
  const render = await renderer.next()
  const [blobs, away] = [folder.path('data/blobs'), folder.path('data/blobs-away')]
  await rename(blobs, away)
  render.succeed()
  await expect
    .poll(() => events.filter(({ type }) => type === 'job.requeued'), { timeout: 10_000 })
    .toMatchObject([{ reason: 'put_back' }])
  await rename(away, blobs)
  const next = await renderer.next()
  next.succeed()
  const view = await ended(job.id)
  expect(view.job).toMatchObject({ status: 'succeeded', attempt: 2, losses: 0, crashes: 0 })
})

it('a finished video is not rendered again because the database is away for a moment', async () => {
  const { renderer, submit, ended, ports } = await createHubBench()
  const { job } = await submit()
  const render = await renderer.next()
  const { update } = ports.jobs
  let failures = 0
  const updateOnceBack: typeof update = async (tx, changed) => {
    if (changed.status !== 'succeeded' || failures === 2) return update(tx, changed)
    failures += 1
    throw new AppError('store_unavailable', 'The database failed (57P01).')
  }
  Object.assign(ports.jobs, { update: updateOnceBack })
  render.succeed()
  expect((await ended(job.id)).job).toMatchObject({ status: 'succeeded', attempt: 1 })
  expect(failures).toBe(2)
})
