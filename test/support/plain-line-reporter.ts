// Ends every run with the slowest files, the tests that needed a second run, and the plain line `N passed, N failed`, which scripts
// can read whatever the runner's own format is. An error outside of all tests counts as a failed one.
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

const SLOWEST_FILES = 15

export default class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 }
    const skippedSuites = new Set<string>()
    const flaky: string[] = []
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (test.diagnostic()?.flaky === true) flaky.push(test.fullName)
        if (state === 'passed' || state === 'failed') counts[state] += 1
        else {
          counts.skipped += 1
          skippedSuites.add(test.parent.type === 'suite' ? test.parent.fullName : test.fullName)
        }
      }
    }
    for (const line of slowest(modules)) console.log(line)
    for (const name of flaky) console.log(`flaky: ${name}`)
    for (const suite of skippedSuites) console.log(`skipped: ${suite}`)
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
    console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`)
  }
}

/** One line a file, slowest first. A run of a few files has no use for it. */
function slowest(modules: readonly TestModule[]): readonly string[] {
  if (modules.length <= SLOWEST_FILES) return []
  return modules
    .map((module) => ({
      file: module.relativeModuleId,
      seconds: module.diagnostic().duration / 1000,
    }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST_FILES)
    .map(({ file, seconds }) => `slow: ${seconds.toFixed(1)} s ${file}`)
}
