// Fault 125 in full: 2 GB, ten kills at random places, at most 1.02 times its bytes.
import { describe, expect, it } from 'vitest'
import { killPull } from '../support/kill-pull.ts'
import { createTestFolder } from '../support/test-folder.ts'

const MB = 1_000_000

describe('a pull', () => {
  it('fault 125: moves at most 1.02 times 2 GB when it is killed ten times', async () => {
    const killAt = Array.from({ length: 10 }, () => Math.random()).toSorted((a, b) => a - b)
    const plan = { bytes: 2000 * MB, killAt, connectionBytesPerSecond: 4 * MB }
    const report = await killPull(plan, await createTestFolder())
    console.log(
      `2 GB, ${report.kills} kills at ${killAt.map((share) => `${Math.round(share * 100)}%`).join(' ')}: ` +
        `${report.moved.toFixed(4)} times its bytes, ${Math.round(report.peakBytes / MB)} MB of memory`,
    )
    expect(report).toMatchObject({ kills: 10, isWhole: true })
    expect(report.moved).toBeLessThanOrEqual(1.02)
  })
})
