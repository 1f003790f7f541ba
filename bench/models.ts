// Measures `models pull` from a server that limits each connection, as servers of large files do, beside aria2c with as many
// connections and wget with one; also a second run with all files present, and the memory. All are whole programs, including
// their start, and only ours verifies the files.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type ModelServer, startModelServer } from '../test/support/model-server.ts'
import { TestModel } from '../test/support/test-model.ts'

const MB = 1e6
const LARGE_BYTES = 1000 * MB
const SMALL_BYTES = 64 * MB
const CONNECTION_BYTES_PER_SECOND = 4 * MB
const CONNECTIONS = 16
const ROUNDS = 3

interface Run {
  readonly seconds: number
  readonly bytesPerSecond: number
  /** Peak memory; 0 where there is no /proc. */
  readonly peakBytes: number
}

export interface ModelFigures {
  readonly connectionBytesPerSecond: number
  readonly largeBytes: number
  /** Median of the rounds, which alternated. */
  readonly ours: Run
  /** The same for a small file: memory must not grow with the file. */
  readonly oursSmall: Run
  readonly aria2c: Run | null
  readonly wget: Run | null
  readonly toAria2c: number | null
  readonly toWget: number | null
  readonly again: { readonly seconds: number; readonly requests: number }
}

const LARGE = 'large.safetensors'
const SMALL = 'small.safetensors'

export async function benchModels(signal: AbortSignal): Promise<ModelFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-bench-'))
  const models = { [LARGE]: new TestModel(LARGE_BYTES), [SMALL]: new TestModel(SMALL_BYTES) }
  // Computed before the clock starts, because the manifest contains them.
  for (const model of Object.values(models)) model.sha256.at(0)
  const connectionBytesPerSecond = CONNECTION_BYTES_PER_SECOND
  await using server = await startModelServer({ models, connectionBytesPerSecond })
  try {
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest()))
    const bench = new Bench(folder, server, signal)
    const ours: Run[] = []
    const aria2c: Run[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await bench.ours('large'))
      if (hasProgram('aria2c')) aria2c.push(await bench.aria2c(LARGE))
    }
    const asked = server.requests.length
    const again = await bench.oursAgain()
    const requests = server.requests.length - asked
    const oursSmall = await bench.ours('small')
    const wget = hasProgram('wget') ? await bench.wget(SMALL) : null
    const best = aria2c.length === 0 ? null : median(aria2c)
    const own = median(ours)
    return {
      connectionBytesPerSecond,
      largeBytes: LARGE_BYTES,
      ours: own,
      oursSmall,
      aria2c: best,
      wget,
      toAria2c: best === null ? null : own.bytesPerSecond / best.bytesPerSecond,
      toWget: wget === null ? null : own.bytesPerSecond / wget.bytesPerSecond,
      again: { seconds: again.seconds, requests },
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function modelsTable(figures: ModelFigures): string {
  const { ours, oursSmall, aria2c, wget, toAria2c, toWget, again } = figures
  const row = (name: string, run: Run | null, note = ''): string =>
    run === null
      ? `${name.padEnd(34)}  skipped: not installed`
      : `${name.padEnd(34)}${run.seconds.toFixed(1).padStart(8)}${(run.bytesPerSecond / MB).toFixed(1).padStart(8)}${(run.peakBytes / MB).toFixed(0).padStart(10)}  ${note}`
  const times = (factor: number | null): string => (factor === null ? '' : `x${factor.toFixed(2)}`)
  return [
    `server limited to ${figures.connectionBytesPerSecond / MB} MB/s a connection`,
    `${' '.repeat(34)}       s    MB/s   peak MB`,
    row(`infinitetalk models pull, ${LARGE_BYTES / MB} MB`, ours),
    row(`infinitetalk models pull, ${SMALL_BYTES / MB} MB`, oursSmall),
    row(`aria2c -x16 -s16, ${LARGE_BYTES / MB} MB`, aria2c, `ours ${times(toAria2c)}`),
    row(`wget, ${SMALL_BYTES / MB} MB`, wget, `ours ${times(toWget)}`),
    `all there already: ${again.seconds.toFixed(2)} s, ${again.requests} requests`,
  ].join('\n')
}

class Bench {
  readonly #folder: string
  readonly #server: ModelServer
  readonly #signal: AbortSignal
  #run = 0

  constructor(folder: string, server: ModelServer, signal: AbortSignal) {
    this.#folder = folder
    this.#server = server
    this.#signal = signal
  }

  /** Into a new folder each time. */
  ours(name: 'large' | 'small'): Promise<Run> {
    this.#run += 1
    return this.#pull(name)
  }

  /** Into the folder of the last run. */
  oursAgain(): Promise<Run> {
    return this.#pull('large')
  }

  aria2c(file: string): Promise<Run> {
    const words = [`-x${CONNECTIONS}`, `-s${CONNECTIONS}`, '-k1M', '--file-allocation=none', '-q']
    const to = ['-d', this.#folder, '-o', `aria2c-${this.#run}`]
    return this.#time('aria2c', [...words, ...to, this.#url(file)], LARGE_BYTES)
  }

  wget(file: string): Promise<Run> {
    const words = ['-q', '-O', join(this.#folder, 'wget'), this.#url(file)]
    return this.#time('wget', words, SMALL_BYTES)
  }

  #pull(name: 'large' | 'small'): Promise<Run> {
    const launcher = join(import.meta.dirname, '../bin/infinitetalk.js')
    const words = ['models', 'pull', '--only', name, '--manifest', 'manifest.json', '--quiet']
    const to = ['--to', `models-${this.#run}`]
    const bytes = name === 'large' ? LARGE_BYTES : SMALL_BYTES
    return this.#time(process.execPath, [launcher, ...words, ...to], bytes)
  }

  #url(file: string): string {
    return `${this.#server.endpoint}/maker/models/resolve/main/${file}`
  }

  async #time(program: string, words: readonly string[], bytes: number): Promise<Run> {
    const startedAtMs = performance.now()
    const child = spawn(program, words, {
      cwd: this.#folder,
      env: { PATH: process.env.PATH, HF_ENDPOINT: this.#server.endpoint },
      stdio: ['ignore', 'ignore', 'inherit'],
      signal: this.#signal,
    })
    const peak = watchPeak(child)
    const [code] = await once(child, 'exit')
    const seconds = (performance.now() - startedAtMs) / 1000
    if (code !== 0) throw new Error(`${program} ended with ${code}.`)
    return { seconds, bytesPerSecond: bytes / seconds, peakBytes: await peak }
  }
}

function manifest(): object {
  const entry = (name: string, file: string, bytes: number): object => ({
    ...{ name, role: 'vae', file, folder: 'vae', bytes, licence: 'MIT', sets: [], graphs: [] },
    source: { repo: 'maker/models', path: file },
  })
  const models = [entry('large', LARGE, LARGE_BYTES), entry('small', SMALL, SMALL_BYTES)]
  return { version: 1, models }
}

/** The kernel's high-water mark. */
async function watchPeak(child: ChildProcess): Promise<number> {
  let peak = 0
  while (child.exitCode === null && child.signalCode === null) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return peak
}

function hasProgram(name: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.some((folder) => existsSync(join(folder, name)))
}

function median(runs: readonly Run[]): Run {
  return runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)]!
}
