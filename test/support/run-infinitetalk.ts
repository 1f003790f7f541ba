// Runs the real program as a person does, in a folder and with a temporary folder of its own, so that a test can see everything
// that it leaves behind.
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { SHIPPED_TOOLS } from './shipped-tools.ts'

export const ROOT = resolve(import.meta.dirname, '../..')
const LAUNCHER = join(ROOT, 'bin/infinitetalk.js')

export interface Sandbox extends AsyncDisposable {
  /** The working folder of the program. */
  readonly folder: string
  run(args: readonly string[], options?: RunOptions): Promise<CliResult>
  /** The files left in its temporary folder. */
  temporaryFiles(): Promise<string[]>
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: Buffer
  /** Called with all of stdout so far; may send a signal. */
  readonly onOutput?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void
}

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The objects of a --json run. */
  events(): Record<string, unknown>[]
}

export async function createSandbox(): Promise<Sandbox> {
  const base = await mkdtemp(join(tmpdir(), 'infinitetalk-test-'))
  const folder = join(base, 'work')
  const temporary = join(base, 'tmp')
  await mkdir(folder)
  await mkdir(temporary)
  return {
    folder,
    run: (args, options = {}) => runProgram(args, folder, temporary, options),
    temporaryFiles: () => readdir(temporary),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  }
}

function runProgram(
  args: readonly string[],
  cwd: string,
  temporary: string,
  { env = {}, input, onOutput }: RunOptions,
): Promise<CliResult> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [LAUNCHER, ...args], {
      cwd,
      // A login of the person who runs the tests must not matter.
      env: {
        PATH: process.env.PATH,
        TMPDIR: temporary,
        XDG_CONFIG_HOME: join(temporary, '../config'),
        ...SHIPPED_TOOLS,
        ...env,
      },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      onOutput?.(stdout, (signal) => child.kill(signal))
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    // A program that rejects its arguments does not wait for its input.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('error', fail)
    child.on('close', (code) =>
      done({
        code,
        stdout,
        stderr,
        events: () =>
          stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line)),
      }),
    )
  })
}
