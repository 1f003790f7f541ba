// A worker as RunPod starts one: the real bin/runpod-handler, with the environment that it gets there.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { SHIPPED_TOOLS } from '../../support/shipped-tools.ts'
import { createTestFolder, type TestFolder } from '../../support/test-folder.ts'
import { JobService } from './job-service.ts'

export interface Worker {
  readonly service: JobService
  readonly files: TestFolder
  /** The logged lines, in order. */
  readonly lines: readonly string[]
  /** Returns its exit code once it is gone; null when a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
  readonly exited: Promise<number | null>
}

export async function startWorker(
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Worker> {
  const files = await createTestFolder()
  const service = await JobService.open()
  const child = spawn(join(ROOT, 'bin/runpod-handler'), {
    cwd: files.path('.'),
    env: {
      PATH: process.env.PATH,
      ...SHIPPED_TOOLS,
      INFINITETALK_DATA_DIR: files.path('data'),
      INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
      RUNPOD_VOLUME_DIR: files.path('volume'),
      ...service.environment,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => void lines.push(line))
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  onTestFinished(async () => {
    await end('SIGKILL')
    await service[Symbol.asyncDispose]()
  })
  return { service, files, lines, end, exited }
}
