// A store that goes away under a running job: the job waits for it.
import { rename } from 'node:fs/promises'
import { expect, it } from 'vitest'
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
