// A batch outlives its hub and its command.
import { expect, it } from 'vitest'
import { killBatch } from '../support/kill-batch.ts'
import { createTestFolder } from '../support/test-folder.ts'

it('500 jobs, killed three times, end with 500 videos, none twice', async () => {
  const report = await killBatch(500, 3, await createTestFolder())
  console.log('killed batch:', report)
  expect(report).toEqual({ done: 500, files: 500, jobs: 500, exitCode: 0 })
})
