// The short form of fault 107; test/long has the long one.
import { expect, it } from 'vitest'
import { killHubAtRandom } from '../support/kill-hub.ts'
import { describeWith } from '../support/requires.ts'
import { createTestFolder } from '../support/test-folder.ts'

describeWith(['ffmpeg'], 'apt-get install ffmpeg', 'fault 107: kill -9', () => {
  it('at 6 random points during 24 jobs loses no job, ends none twice, and none without its video', async () => {
    const report = await killHubAtRandom(
      { jobs: 24, kills: 6, maxLifeMs: 250, random: Math.random },
      await createTestFolder(),
    )
    expect(report).toMatchObject({ accepted: 24, kills: 6 })
    expect(report.attempts).toBeGreaterThanOrEqual(24)
  })
})
