// The full counts of the faults and the long renders: hours, not minutes. `npm run test:long`.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'test/long/**/*.test.ts',
      // These run on every ffmpeg of the machine here, and on the one that npm brings in the normal suite.
      'src/media/{conform-*,finish}.test.ts',
      'test/faults/media-*.test.ts',
      // Here with the recordings of every version.
      'test/comfyui/conformance.test.ts',
    ],
    env: { INFINITETALK_TEST_LONG: '1' },
    testTimeout: 3_600_000,
    fileParallelism: false,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['verbose', './test/support/plain-line-reporter.ts'],
  },
})
