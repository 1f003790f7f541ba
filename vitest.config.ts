// The whole suite: unit tests beside the code, contract suites, faults and end-to-end in test/.
// A suite whose server or program is absent says so and is skipped; CI sets INFINITETALK_TEST_ALL=1 and then absence fails.
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import ProgramsFirst from './test/support/programs-first.ts'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'packages/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/long/**', 'test/comfyui/real/**'],
    // A busy machine of two cores may need a minute where an idle one needs two seconds: a timeout here means that something hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As bin/launch.js sets it: the programs and threads that hubs of the tests start need half the time.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(
        new URL('node_modules/.cache/infinitetalk', import.meta.url),
      ),
    },
    // In CI a test that fails gets a second run, and the last lines name it as flaky: one lost race must not hide 4,000 results.
    retry: process.env.INFINITETALK_TEST_ALL === '1' ? 1 : 0,
    expect: { poll: { timeout: 60_000 } },
    // Modules are loaded once a worker instead of once a file, which is most of a small file's time. A module that is tested keeps no
    // state between two files; what a file sets for itself (environment, working directory) it sets back.
    isolate: false,
    // Most tests of test/ wait for programs and servers: with a worker a core a small machine would be idle for a sixth of the time.
    maxWorkers: Math.max(3, availableParallelism()),
    sequence: { sequencer: ProgramsFirst },
    reporters: ['default', './test/support/plain-line-reporter.ts'],
  },
})
