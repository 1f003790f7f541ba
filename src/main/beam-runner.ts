// The entry of bin/beam-runner: gives the runner its process (streams, signals, environment) and leaves with its exit code. An error
// of the start is told in one line, which Beam shows in the log of the container.
import { listenForInterrupts } from '../cli/interrupts.ts'
import { toAppError } from '../domain/errors.ts'
import { runBeamRunner } from './run-beam-runner.ts'

const interrupts = listenForInterrupts(process, () => performance.now())
try {
  await runBeamRunner({
    words: process.argv.slice(2),
    env: process.env,
    currentFolder: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    draining: interrupts.signal,
  })
} catch (thrown) {
  const { code, detail, entry } = toAppError(thrown)
  process.stderr.write(`beam-runner: ${detail} (${code})\n  ${entry.hint}\n`)
  process.exitCode = 1
} finally {
  interrupts.dispose()
}
