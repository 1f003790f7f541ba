// A ComfyUI that this program owns: started when the first job needs it, watched, started again when it has died, hangs or has
// lost its GPU, and ended with this program. One that a killed hub left behind is taken over with the render it is at.
import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { abortError } from '../../async/abort-error.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import type { OutputFile } from '../../workflow/outputs.ts'
import type { Backend } from './backend.ts'
import type { SystemStats } from './comfy-answers.ts'
import type { ComfyApi } from './comfy-api.ts'
import type { EngineNews } from './engine-news.ts'
import { ServerLook } from './server-look.ts'
import type { ProcessEnd } from './supervise/comfyui-process.ts'
import { findInstallation } from './supervise/find-installation.ts'
import { inputFolder, type LaunchSettings, planLaunch } from './supervise/launch-plan.ts'
import { boundLog, meaningfulLine, readTail } from './supervise/log-file.ts'
import { removeFiles } from './supervise/remove-files.ts'
import { RestartBudget } from './supervise/restart-budget.ts'
import {
  answers,
  describeEnd,
  endLeftover,
  type Server,
  type ServerOptions,
  startServer,
  takeLeftover,
} from './supervise/server.ts'
import { recordPathOf, removeRecord } from './supervise/server-record.ts'
import { sweepResults } from './supervise/sweep-results.ts'
import { REAL_TIME, type Time } from './supervise/wait-until-ready.ts'

export interface SupervisedBackendOptions extends LaunchSettings {
  /** Where several are started from one folder; its folder by default. */
  readonly name?: string
  /** As of Backend. */
  readonly framesFolder?: string
  /** From the start of the process to its first answer: 180 s unless given. */
  readonly startTimeoutMs?: number
  /** Between being told to go and being killed: 10 s unless given. A server has nothing to save. */
  readonly stopGraceMs?: number
  /** Told when it ended although nobody wanted it to, or did not start. */
  readonly onTrouble?: (error: AppError) => void
  readonly onNews?: (news: EngineNews) => void
  readonly time?: Time
  /** 0..1, for the waits between restarts. */
  readonly random?: () => number
}

const START_TIMEOUT_MS = 180_000
const STOP_GRACE_MS = 10_000
/** Its event loop is held while it writes an upload or imports a module. */
const PATIENCE_MS = 30_000
const SWEEP_EVERY_MS = 3_600_000

type OffloadLevel = 0 | 1 | 2
/** 4 GB are left to what ComfyUI does not count; without VRAM each layer is brought when it runs. */
const OFFLOAD_ARGUMENTS: Readonly<Record<OffloadLevel, readonly string[]>> = {
  0: [],
  1: ['--reserve-vram', '4'],
  2: ['--reserve-vram', '4', '--novram'],
}

export function createSupervisedBackend(options: SupervisedBackendOptions): Backend {
  return new SupervisedBackend(options)
}

class SupervisedBackend implements Backend {
  readonly name: string
  readonly framesFolder?: string
  readonly #options: SupervisedBackendOptions
  readonly #time: Time
  readonly #dataFolder: string
  readonly #logPath: string
  readonly #recordPath: string
  readonly #startTimeoutMs: number
  readonly #stopGraceMs: number
  readonly #budget = new RestartBudget()
  readonly #closing = new AbortController()
  readonly #look = new ServerLook()
  #running: Server | null = null
  /** One start for all who wait for it. */
  #starting: Promise<Server> | null = null
  /** The end of the server before: the next one would not find room on the GPU while that one is there. */
  #stopping: Promise<void> = Promise.resolve()
  #lastEnd: ProcessEnd | null = null
  #startedBefore = false
  #offload: OffloadLevel = 0
  #sweptMs = Number.NEGATIVE_INFINITY

  constructor(options: SupervisedBackendOptions) {
    this.#options = options
    this.#time = options.time ?? REAL_TIME
    this.#startTimeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS
    this.#stopGraceMs = options.stopGraceMs ?? STOP_GRACE_MS
    this.name = options.name ?? resolve(options.folder)
    if (options.framesFolder !== undefined) this.framesFolder = options.framesFolder
    this.#dataFolder = resolve(options.dataFolder)
    this.#logPath = join(this.#dataFolder, 'comfyui.log')
    this.#recordPath = recordPathOf(this.#dataFolder)
  }

  async ready(signal: AbortSignal): Promise<ComfyApi> {
    if (this.#closing.signal.aborted) throw abortError(this.#closing.signal)
    const running = this.#running
    if (running !== null && (await this.#works(running, signal))) return running.api
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null
    })
    const { api } = await unlessAborted(this.#starting, signal)
    return api
  }

  async running(): Promise<ComfyApi | null> {
    const running = this.#running
    return (await this.stats()) === null ? null : (running?.api ?? null)
  }

  async health(): Promise<string | null> {
    if (this.#closing.signal.aborted) return 'ComfyUI is being stopped.'
    if (this.#running !== null && this.#running.process.end === null) return null
    const refusal = this.#budget.refusal(this.#time.nowMs())
    if (refusal !== null) return refusal
    const { folder, python, env } = this.#options
    return findInstallation({ folder, python, searchPath: env.PATH ?? '' }).then(
      () => null,
      (thrown: unknown) => toAppError(thrown).detail,
    )
  }

  async stats(): Promise<SystemStats | null> {
    const running = this.#running
    if (running === null || running.process.end !== null) return null
    const seen = await this.#look.at(running.api, this.#closing.signal)
    return seen instanceof AppError ? null : seen
  }

  async distrust(why: string): Promise<void> {
    const running = this.#running
    if (running === null) return
    this.#running = null
    this.#budget.recordEnding(this.#time.nowMs())
    this.#tell(new AppError('engine_failed', `ComfyUI is started again: ${why}`))
    this.#stopping = this.#end(running)
    await this.#stopping
  }

  lastWords(): string | null {
    const line = meaningfulLine(readTail(this.#logPath))
    const said = line === null ? null : `the last line of its log: ${line}`
    const how = this.#lastEnd === null ? null : `it ${describeEnd(this.#lastEnd)}`
    const words = [how, said].filter((part) => part !== null).join('; ')
    return words === '' ? null : words
  }

  isGone(api: ComfyApi): boolean {
    return this.#running?.api !== api || this.#running.process.end !== null
  }

  wasKilled(): boolean {
    return this.#lastEnd?.killedBy === 'SIGKILL'
  }

  async offload(level: OffloadLevel): Promise<boolean> {
    if (level <= this.#offload) return false
    this.#offload = level
    const running = this.#running
    if (running === null) return true
    this.#running = null
    this.#stopping = this.#end(running)
    await this.#stopping
    return true
  }

  async removeInputs(names: readonly string[]): Promise<void> {
    await removeFiles(inputFolder(this.#dataFolder), names)
  }

  async removeOutputs(files: readonly OutputFile[]): Promise<void> {
    const made = files.filter(({ type }) => type === 'output')
    const names = made.map(({ subfolder, filename }) => join(subfolder, filename))
    await removeFiles(join(this.#dataFolder, 'output'), names)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new AppError('stopping', 'ComfyUI is being stopped.'))
    await this.#look.settled()
    await this.#starting?.catch(() => {})
    const running = this.#running
    this.#running = null
    await this.#stopping
    if (running !== null) await this.#end(running)
    else await endLeftover(this.#recordPath, this.#stopGraceMs)
  }

  /** It may be there and answer nobody: then it is ended, and the caller gets a new one. */
  async #works(running: Server, signal: AbortSignal): Promise<boolean> {
    await this.#tidy()
    if (running.process.end !== null) return false
    const patienceMs = Math.min(PATIENCE_MS, this.#startTimeoutMs)
    if (await answers(running.api, signal, patienceMs)) return true
    if (signal.aborted) throw abortError(signal)
    const why = `it did not answer for ${patienceMs / 1000} s.`
    if (this.#running === running) await this.distrust(why)
    return false
  }

  async #tidy(): Promise<void> {
    await boundLog(this.#logPath)
    if (this.#time.nowMs() - this.#sweptMs < SWEEP_EVERY_MS) return
    this.#sweptMs = this.#time.nowMs()
    const folders = ['output', 'temp'].map((name) => join(this.#dataFolder, name))
    await sweepResults(folders, Date.now())
  }

  async #start(): Promise<Server> {
    const signal = this.#closing.signal
    await this.#stopping
    await this.#awaitTurn(signal)
    const offload = OFFLOAD_ARGUMENTS[this.#offload]
    const moreArguments = [...this.#options.moreArguments, ...offload]
    const plan = await planLaunch({ ...this.#options, moreArguments }, signal)
    const options = {
      plan,
      recordPath: this.#recordPath,
      logPath: this.#logPath,
      timeoutMs: this.#startTimeoutMs,
      stopGraceMs: this.#stopGraceMs,
      time: this.#time,
      signal,
    }
    const left = await takeLeftover(options)
    try {
      if (left === null && !this.#startedBefore) await this.#clear()
      this.#startedBefore = true
      return this.#watch(left ?? (await this.#startAnew(options)))
    } catch (thrown) {
      if (signal.aborted) throw abortError(signal)
      this.#budget.recordEnding(this.#time.nowMs())
      const error = toAppError(thrown)
      this.#tell(error)
      throw error
    }
  }

  async #startAnew(options: ServerOptions): Promise<Server> {
    const sinceMs = this.#time.nowMs()
    this.#options.onNews?.({ type: 'engine.starting' })
    const server = await startServer(options)
    this.#options.onNews?.({ type: 'engine.ready', afterMs: this.#time.nowMs() - sinceMs })
    return server
  }

  /** @throws AppError `engine_start_failed` when it has ended too often */
  async #awaitTurn(signal: AbortSignal): Promise<void> {
    const nowMs = this.#time.nowMs()
    const refusal = this.#budget.refusal(nowMs)
    if (refusal !== null) {
      const words = this.lastWords()
      const detail = words === null ? refusal : `${refusal} At the last time ${words}.`
      throw new AppError('engine_start_failed', detail)
    }
    const delayMs = this.#budget.delayMs(nowMs, (this.#options.random ?? Math.random)())
    if (delayMs > 0) await unlessAborted(this.#time.sleep(delayMs, signal), signal)
  }

  #watch(server: Server): Server {
    this.#running = server
    this.#lastEnd = null
    void server.process.ended.then((end) => {
      if (this.#running !== server) return
      this.#running = null
      this.#lastEnd = end
      this.#budget.recordEnding(this.#time.nowMs())
      this.#tell(new AppError('engine_crashed', `ComfyUI ${describeEnd(end)}.`))
    })
    return server
  }

  async #end({ process }: Server): Promise<void> {
    await process.stop(this.#stopGraceMs)
    await removeRecord(this.#recordPath)
  }

  /** Deletes the files of jobs that nobody will resume. */
  async #clear(): Promise<void> {
    const names = [inputFolder(this.#dataFolder), join(this.#dataFolder, 'output')]
    await Promise.all(names.map((name) => emptyFolder(name)))
  }

  #tell(error: AppError): void {
    this.#options.onTrouble?.(error)
  }
}

async function emptyFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}

/** Leaves the work going on: others wait for it too. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortError(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
