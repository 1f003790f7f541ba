// Fault 125 with few kills; test/long/models-kill.test.ts has the full count.
import { describe, expect, it } from 'vitest'
import { killPull } from '../support/kill-pull.ts'
import { createTestFolder } from '../support/test-folder.ts'

const MB = 1_000_000

describe('a pull', () => {
  it('fault 125: goes on after kill -9 with what it had, and ends with the whole file', async () => {
    const plan = {
      bytes: 100 * MB,
      killAt: [0.02, 0.4, 0.9],
      connectionBytesPerSecond: 2 * MB,
    }
    const report = await killPull(plan, await createTestFolder())
    expect(report).toMatchObject({ kills: 3, isWhole: true })
    // Bytes on their way at a kill move again, more of them on a busy machine. From the start each time it would be 2.3.
    expect(report.moved).toBeLessThan(1.6)
  })
})
