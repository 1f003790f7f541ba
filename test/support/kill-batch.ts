// Runs a batch of noop jobs while its hub and its command are killed with SIGKILL, and counts what is there at the end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@infinitetalk/client'
import { ROOT } from './run-infinitetalk.ts'
import { type ServingHub, startHub } from './serving-hub.ts'
import { SHIPPED_TOOLS } from './shipped-tools.ts'
import type { TestFolder } from './test-folder.ts'

export interface KilledBatch {
  /** Rows of the summary with a video. */
  readonly done: number
  /** Videos in the folder. */
  readonly files: number
  /** Jobs that the hub has, whatever their end. */
  readonly jobs: number
  readonly exitCode: number | null
}

/** @param kills of the hub and of the command, in turns, spread over the batch */
export async function killBatch(
  items: number,
  kills: number,
  folder: TestFolder,
): Promise<KilledBatch> {
  const list = folder.path('list.csv')
  const rows = Array.from({ length: items }, (_, index) => `take ${index + 1},${index}`)
  await writeFile(list, ['name,seed', ...rows, ''].join('\n'))
  const dataFolder = folder.path('data')
  const env = {
    INFINITETALK_ENGINE: 'noop',
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
    INFINITETALK_LIMIT_RENDER_MAX_PARALLEL: '4',
    INFINITETALK_LIMIT_WORKER_MAX_LOSSES: '100',
  }
  let hub: ServingHub = await startHub({ dataFolder, env })
  const port = Number(new URL(hub.url).port)
  const run = (): BatchProcess => startBatch(folder, list, hub.url)
  let batch = run()
  for (let kill = 0; kill < kills; kill += 1) {
    await batch.untilDone(Math.ceil(((kill + 1) * items) / (kills + 1)))
    if (kill % 2 === 0) {
      await hub.kill('SIGKILL')
      hub = await startHub({ dataFolder, env, port })
    } else {
      await batch.kill()
      batch = run()
    }
  }
  const exitCode = await batch.ended
  const output = folder.path('videos')
  const summary = JSON.parse(await readFile(join(output, 'summary.json'), 'utf8'))
  const client = createClient({ baseUrl: hub.url })
  const jobs: string[] = []
  for await (const { id } of client.jobs.listAll({ limit: 100 })) jobs.push(id)
  return {
    done: summary.filter(({ status }: { status: string }) => status === 'done').length,
    files: (await readdir(output)).filter((name) => name.endsWith('.mp4')).length,
    jobs: jobs.length,
    exitCode,
  }
}

interface BatchProcess {
  readonly ended: Promise<number | null>
  /** Resolves once so many items of the batch have ended, or the command has. */
  untilDone(count: number): Promise<void>
  kill(): Promise<void>
}

function startBatch(folder: TestFolder, list: string, url: string): BatchProcess {
  const media = ['-i', join(ROOT, 'examples/portrait.png'), '-a', join(ROOT, 'examples/speech.wav')]
  const output = [
    '-o',
    folder.path('videos'),
    '--zip',
    folder.path('videos.zip'),
    '--parallel',
    '8',
  ]
  const words = ['batch', list, ...media, ...output, '--url', url, '--json']
  const child = spawn(process.execPath, [join(ROOT, 'bin/infinitetalk.js'), ...words], {
    env: { PATH: process.env.PATH, ...SHIPPED_TOOLS },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  let done = 0
  const news = new EventTarget()
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) done = Math.max(done, JSON.parse(line).done ?? 0)
    news.dispatchEvent(new Event('more'))
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  const over = ended.then(() => news.dispatchEvent(new Event('more')))
  return {
    ended,
    async untilDone(count) {
      while (done < count && child.exitCode === null && child.signalCode === null) {
        await Promise.race([once(news, 'more'), over])
      }
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
