// A worker of somebody's queue as a process: gives it streams, signals and environment, and leaves with its exit code. An error of the
// start is told in one line, which the service shows in the log of the container.
import { listenForInterrupts } from '../cli/interrupts.ts'
import { toAppError } from '../domain/errors.ts'

export interface WorkerSurroundings {
  /** Behind the name of the program. */
  readonly words: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly currentFolder: string
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  /** Aborted: nothing new is taken, and what runs has `limits.stopTimeoutMs` to end. */
  readonly draining: AbortSignal
}

/** @param program its name, for the line that tells an error */
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
