// The entry of bin/runpod-handler: gives the worker its process (streams, signals, environment) and leaves with its exit code. An error
// of the start is told in one line, which RunPod shows in the log of the worker.
import { listenForInterrupts } from '../cli/interrupts.ts'
import { toAppError } from '../domain/errors.ts'
import { runRunpodHandler } from './run-runpod-handler.ts'

const interrupts = listenForInterrupts(process, () => performance.now())
try {
  await runRunpodHandler({
    env: process.env,
    currentFolder: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    draining: interrupts.signal,
  })
} catch (thrown) {
  const { code, detail, entry } = toAppError(thrown)
  process.stderr.write(`runpod-handler: ${detail} (${code})\n  ${entry.hint}\n`)
  process.exitCode = 1
} finally {
  interrupts.dispose()
}
