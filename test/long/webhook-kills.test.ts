// Events of webhooks outlive their hub.
import { expect, it } from 'vitest'
import { killBeforeDelivery } from '../support/kill-between.ts'
import { createTestFolder } from '../support/test-folder.ts'

it('kill -9 at 20 points between the end of a job and its delivery loses no event', async () => {
  const report = await killBeforeDelivery(20, await createTestFolder(), Math.random)
  console.log('kill -9 before delivery:', report)
  expect(report).toMatchObject({ jobs: 20, delivered: 20, ids: 20 })
})
