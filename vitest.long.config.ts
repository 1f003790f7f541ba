// The full counts of the faults and the long renders: hours, not minutes. `npm run test:long`.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 3_600_000,
    fileParallelism: false,
    reporters: ['verbose', './test/support/plain-line-reporter.ts'],
  },
})
