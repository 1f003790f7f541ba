// Hubs without a worker and workers without a hub on one database and one bucket, each in a process of its own.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import type { FleetWorkerNews, FleetWorkerOptions } from './fleet-worker.ts'

/**
 * V8 lets the young objects of a busy process take 27 MB at first and 108 MB at some later moment, which looks like a leak: bounded from
 * the start, the size of a process shows what stays.
 */
const YOUNG = ['--max-semi-space-size=8']

const PROGRAM = new URL('./fleet-worker.ts', import.meta.url)

/** One place of a fleet: the worker in it can be killed and replaced. */
export class FleetPlace {
  readonly #options: FleetWorkerOptions
  readonly #onNews: (news: FleetWorkerNews) => void
  #child: ChildProcess | null = null

  constructor(options: FleetWorkerOptions, onNews: (news: FleetWorkerNews) => void = () => {}) {
    this.#options = options
    this.#onNews = onNews
    onTestFinished(() => this.kill())
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Returns when the worker works. */
  async start(): Promise<void> {
    const child = fork(PROGRAM, { execArgv: YOUNG, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#child = child
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    child.on('message', (message) => {
      const news = message as FleetWorkerNews
      if (news.type === 'ready') resolve()
      this.#onNews(news)
    })
    child.once('exit', () => reject(new Error('The worker ended before it worked.')))
    child.send(this.#options)
    await promise
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === null || !this.isRunning) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
}

export interface ProcessSize {
  readonly residentBytes: number
  readonly descriptors: number
}

/** Zeros for a process that is gone. */
export async function sizeOfProcess(pid: number): Promise<ProcessSize> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
  const residentBytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
  return { residentBytes, descriptors: descriptors.length }
}
