// fault 107 in full.
import { expect, it } from 'vitest'
import { killHubAtRandom } from '../support/kill-hub.ts'
import { createTestFolder } from '../support/test-folder.ts'

it('fault 107: kill -9 at 60 random points of 200 jobs loses none, ends none twice, and none without its video', async () => {
  const report = await killHubAtRandom(
    { jobs: 200, kills: 60, maxLifeMs: 400, random: Math.random },
    await createTestFolder(),
  )
  console.log('kill -9:', report)
  expect(report).toMatchObject({ accepted: 200, kills: 60 })
})
