// A worker as its own process: `infinitetalk worker` with a data folder of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { ROOT } from './run-infinitetalk.ts'
import { SHIPPED_TOOLS } from './shipped-tools.ts'

export interface WorkerProcess {
  readonly engines: readonly string[]
  readonly pid: number
  /** @returns its exit code; null when the signal ended it */
  kill(signal: NodeJS.Signals): Promise<number | null>
}

export async function startWorker(
  dataFolder: string,
  env: Readonly<Record<string, string>>,
): Promise<WorkerProcess> {
  const words = ['worker', '--data-dir', dataFolder, '--json']
  const child = spawn(process.execPath, [join(ROOT, 'bin/infinitetalk.js'), ...words], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...SHIPPED_TOOLS, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill(signal)
      await gone
    }
    return child.exitCode
  }
  onTestFinished(async () => {
    await kill('SIGKILL')
  })
  for await (const line of createInterface({ input: child.stdout! })) {
    const said = JSON.parse(line) as { readonly event?: string; readonly engines?: string[] }
    if (said.event !== 'working') continue
    child.stdout!.resume()
    return { engines: said.engines ?? [], pid: child.pid!, kill }
  }
  throw new Error('The worker ended before it worked.')
}
