// fault 125: kills `infinitetalk models pull` with SIGKILL at given places of a file, runs it again each time, and counts the bytes
// on the network.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { startModelServer } from './model-server.ts'
import { ROOT } from './run-infinitetalk.ts'
import type { TestFolder } from './test-folder.ts'
import { TestModel } from './test-model.ts'

export interface KillPullPlan {
  readonly bytes: number
  /** Shares of the file, rising: the places where the process is killed. */
  readonly killAt: readonly number[]
  /** Rate of each connection, limited as servers of large files do. */
  readonly connectionBytesPerSecond: number
}

export interface KillPullReport {
  readonly kills: number
  /** Bytes that the server handed to the network, divided by the size of the file. */
  readonly moved: number
  readonly isWhole: boolean
  /** Peak memory of the pull that ran to its end. */
  readonly peakBytes: number
}

const FILE = 'model.safetensors'
const NAME = 'killed-model'

export async function killPull(plan: KillPullPlan, folder: TestFolder): Promise<KillPullReport> {
  const { bytes, killAt, connectionBytesPerSecond } = plan
  const model = new TestModel(bytes)
  const models = { [FILE]: model }
  await using server = await startModelServer({ models, connectionBytesPerSecond })
  const manifest = folder.path('manifest.json')
  await writeFile(manifest, JSON.stringify(manifestOf(bytes)))
  const work = folder.path('work')
  await mkdir(work)
  const start = (): ChildProcess => startPull(work, manifest, server.endpoint)
  let kills = 0
  for (const share of killAt) {
    const pull = start()
    // More than one byte behind the place: an earlier pull may have come further than it.
    const reached = new Promise<void>((resolve) => {
      server.onBody = (moved) => moved >= share * bytes && resolve()
    })
    const ended = once(pull, 'exit')
    await Promise.race([reached, ended])
    if (pull.kill('SIGKILL')) kills += 1
    await ended
  }
  server.onBody = () => {}
  const last = start()
  const watch = watchMemory(last)
  const [code] = await once(last, 'exit')
  const peakBytes = await watch
  const isWhole = code === 0 && (await sha256Of(join(work, `models/vae/${FILE}`))) === model.sha256
  return { kills, moved: server.bodyBytes / bytes, isWhole, peakBytes }
}

function manifestOf(bytes: number): object {
  const source = { repo: 'maker/models', path: FILE }
  const entry = { name: NAME, role: 'vae', file: FILE, folder: 'vae', source, bytes }
  return { version: 1, models: [{ ...entry, licence: 'MIT', sets: [], graphs: [] }] }
}

function startPull(work: string, manifest: string, endpoint: string): ChildProcess {
  const launcher = join(ROOT, 'bin/infinitetalk.js')
  const words = ['models', 'pull', '--only', NAME, '--manifest', manifest, '--to', 'models']
  return spawn(process.execPath, [launcher, ...words], {
    cwd: work,
    env: { PATH: process.env.PATH, HF_ENDPOINT: endpoint },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** The kernel's high-water mark, read until the process is gone; 0 where there is no /proc. */
async function watchMemory(child: ChildProcess): Promise<number> {
  let peak = 0
  while (child.exitCode === null && child.signalCode === null) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return peak
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
