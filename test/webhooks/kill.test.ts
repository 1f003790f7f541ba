// The short form of test/long/webhook-kills.test.ts, which kills the hub at 20 points.
import { expect, it } from 'vitest'
import { killBeforeDelivery } from '../support/kill-between.ts'
import { createTestFolder } from '../support/test-folder.ts'

it('kill -9 at 2 points between the end of a job and its delivery loses no event', async () => {
  const report = await killBeforeDelivery(2, await createTestFolder(), Math.random)
  expect(report).toMatchObject({ jobs: 2, delivered: 2, ids: 2 })
})
