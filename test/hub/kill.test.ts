// fault 107, the short form; the long one is in test/long.
import { expect, it } from 'vitest'
import { killHubAtRandom } from '../support/kill-hub.ts'
import { describeWith } from '../support/requires.ts'
import { createTestFolder } from '../support/test-folder.ts'

describeWith(['ffmpeg'], 'apt-get install ffmpeg', 'fault 107: kill -9', () => {
  it('at 10 random points during 40 jobs loses none, ends none twice, and none without its video', async () => {
    const report = await killHubAtRandom(
      { jobs: 40, kills: 10, maxLifeMs: 250, random: Math.random },
      await createTestFolder(),
    )
    expect(report).toMatchObject({ accepted: 40, kills: 10 })
    expect(report.attempts).toBeGreaterThanOrEqual(40)
  }, 60_000)
})
