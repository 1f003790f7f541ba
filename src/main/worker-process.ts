// Runs a worker of a cloud queue as a process: gives it streams, signals and environment, and exits with its exit code. A failure to start
// is reported in one line, which the service shows in the log of the container.
import { listenForInterrupts } from '../cli/interrupts.ts'
import { toAppError } from '../domain/errors.ts'

export interface WorkerSurroundings {
  /** The words after the name of the program. */
  readonly words: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly currentFolder: string
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  /** Aborted: no new job is accepted, and running jobs have `limits.stopTimeoutMs` to finish. */
  readonly draining: AbortSignal
}

/** @param program its name, for the line that reports an error */
export async function runAsProcess(
  program: string,
  work: (surroundings: WorkerSurroundings) => Promise<void>,
): Promise<void> {
  const interrupts = listenForInterrupts(process, () => performance.now())
  try {
    await work({
      words: process.argv.slice(2),
      env: process.env,
      currentFolder: process.cwd(),
      stdout: process.stdout,
      stderr: process.stderr,
      draining: interrupts.signal,
    })
  } catch (thrown) {
    const { code, detail, entry } = toAppError(thrown)
    process.stderr.write(`${program}: ${detail} (${code})\n  ${entry.hint}\n`)
    process.exitCode = 1
  } finally {
    interrupts.dispose()
  }
}
