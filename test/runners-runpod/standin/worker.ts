// A worker as RunPod starts one: the real bin/runpod-handler, with the environment that it gets there.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { createKeptFolder, type KeptFolder } from '../../deploy/kept-folder.ts'
import { ROOT } from '../../support/run-infinitetalk.ts'
import { SHIPPED_TOOLS } from '../../support/shipped-tools.ts'
import { JobService } from './job-service.ts'

export interface Worker extends AsyncDisposable {
  readonly service: JobService
  readonly files: KeptFolder
  /** The logged lines, in order. */
  readonly lines: readonly string[]
  /** Returns its exit code once it is gone; null when a signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
  readonly exited: Promise<number | null>
}

type Environment = Readonly<Record<string, string | undefined>>

/** It ends with the test. */
export async function startWorker(env: Environment = {}): Promise<Worker> {
  const worker = await openWorker(env)
  onTestFinished(() => worker[Symbol.asyncDispose]())
  return worker
}

/** For several tests. */
export async function openWorker(env: Environment = {}): Promise<Worker> {
  const files = await createKeptFolder()
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
  return {
    ...{ service, files, lines, end, exited },
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
      await service[Symbol.asyncDispose]()
      await files.remove()
    },
  }
}
