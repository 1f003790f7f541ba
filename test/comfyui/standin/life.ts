// One life of the server process: queue, history, kept results, sockets, and the one worker that runs prompts. All of it is lost
// when the process dies, and the next life begins at number 0.
import { setTimeout as sleep } from 'node:timers/promises'
import { OUT_OF_MEMORY } from './faults.ts'
import type { Graph } from './graph.ts'
import { findInputFile } from './input-files.ts'
import { alterOutput } from './output-faults.ts'
import { type HistoryEntry, PromptQueue, type QueuedPrompt, toTuple } from './prompt-queue.ts'
import { ResultCache } from './result-cache.ts'
import { Interrupted, NodeError, ServerDied } from './run-context.ts'
import { type RunHost, runPrompt } from './run-prompt.ts'
import type { Setup } from './setup.ts'
import { type SocketChaos, socketChaos } from './socket-chaos.ts'
import { type SocketMessage, Sockets } from './sockets.ts'

/** A foreign prompt takes its time and shows nothing. */
export const FOREIGN_MS = 'foreign_ms'

/** Without a client id these reach every socket, and nothing else reaches any. */
const TOLD_TO_ALL = new Set(['progress', 'progress_state', 'execution_interrupted'])

export class Life {
  readonly queue: PromptQueue
  readonly cache = new ResultCache()
  readonly sockets: Sockets
  readonly #setup: Setup
  readonly #ended = new AbortController()
  readonly #worker: Promise<void>
  #numbers: number
  #clientId: string | null = null
  #wantsPreviews = false
  #executing: string | null = null
  #interrupt = new AbortController()
  #graph: Graph = {}
  #wasFreed = false

  constructor(setup: Setup, firstNumber = 0) {
    this.#setup = setup
    this.#numbers = firstNumber
    this.sockets = new Sockets({
      messages: (clientId) => this.#greet(clientId),
      features: () => this.features,
    })
    this.queue = new PromptQueue(() => this.sockets.broadcast(this.#status()))
    this.#worker = this.#work()
  }

  get features(): Readonly<Record<string, unknown>> {
    const { traits, maxUploadBytes } = this.#setup
    return {
      supports_preview_metadata: true,
      max_upload_size: maxUploadBytes,
      ...traits.features,
    }
  }

  /** Counts every prompt that arrives, rejected ones included. */
  takeNumber(): number {
    return this.#numbers++
  }

  /** Has unloaded everything. */
  free(): void {
    this.cache.clear()
    this.#wasFreed = true
  }

  /** @param promptId only if this one is running; null: any running prompt */
  interrupt(promptId: string | null): boolean {
    const { running } = this.queue
    if (running === null || (promptId !== null && running.id !== promptId)) return false
    this.#interrupt.abort(new Interrupted())
    return true
  }

  /** Stops the worker and cuts all sockets; resolves when nothing of it runs any more. */
  async end(): Promise<void> {
    this.#ended.abort(new ServerDied())
    this.sockets.terminateAll()
    this.queue.forgetAll()
    this.cache.clear()
    await this.#worker
  }

  async #work(): Promise<void> {
    const { signal } = this.#ended
    for (;;) {
      const prompt = await this.queue.take(signal)
      if (prompt === null) return
      this.#interrupt = new AbortController()
      this.#clientId = textOrNull(prompt.extraData.client_id)
      this.#graph = prompt.graph
      this.#wantsPreviews = prompt.extraData.preview_method === 'latent2rgb'
      try {
        const entry = await this.#run(prompt)
        await sleep(this.#setup.historyLagMs, undefined, { signal })
        this.#finish(prompt, entry)
      } catch (error) {
        if (!(error instanceof ServerDied) && !signal.aborted) throw error
        return
      }
    }
  }

  /** Runs the whole graph only to cache its results. */
  async prime(graph: Graph): Promise<void> {
    const outputs = Object.keys(graph)
    const prompt = { number: 0, id: 'prime', graph, extraData: {}, outputs }
    const silence = () => undefined
    const entry = await runPrompt(prompt, {
      ...this.#host(),
      send: silence,
      setExecuting: silence,
      sendText: silence,
      sendPreview: silence,
      alterOutput: async (ui) => ui,
    })
    if (!entry.status.completed) throw new Error(JSON.stringify(entry.status.messages.at(-1)))
  }

  async #run(prompt: QueuedPrompt): Promise<HistoryEntry> {
    const foreignMs = prompt.extraData[FOREIGN_MS]
    if (typeof foreignMs === 'number') return await this.#runForeign(prompt, foreignMs)
    const { speed, faults } = this.#setup
    const chaos = socketChaos(this.sockets, this.#clientId, faults.current, {
      weightTensors: speed.weightTensors,
      classOf: (nodeId) => prompt.graph[nodeId]?.class_type ?? '',
    })
    return await runPrompt(prompt, {
      ...this.#host(),
      send: (type, data) => this.#send(chaos, { type, data }),
    })
  }

  #host(): Omit<RunHost, 'send'> {
    const { traits, info, folders, media, speed, faults } = this.#setup
    return {
      info,
      traits,
      cache: this.cache,
      setExecuting: (nodeId) => {
        this.#executing = nodeId
      },
      sendText: (nodeId, text) => this.sockets.sendText(this.#clientId, nodeId, text),
      sendPreview: () => {
        if (this.#wantsPreviews) this.sockets.sendPreview(this.#clientId)
      },
      alterOutput: (ui) => alterOutput(ui, faults.current.output, folders),
      context: {
        folders,
        media,
        speed,
        traits,
        signal: AbortSignal.any([this.#ended.signal, this.#interrupt.signal]),
        findFile: (name) => findInputFile(name, folders, traits.confinesInputs),
        pause: (ms) => this.#pause(ms),
        frameFault: () => {
          const { frames = null, framesAfter = 0 } = faults.current
          return faults.strikes('framesAfter', framesAfter) ? null : frames
        },
        nodeError: (className) =>
          faults.current.nodeErrors?.[className] ??
          (this.#isFull(className) ? OUT_OF_MEMORY : null),
        reached: (fraction) => this.#reached(fraction),
      },
    }
  }

  #isFull(className: string): boolean {
    const { faults, argv } = this.#setup
    const fault = faults.current.outOfMemory
    if (fault === undefined || fault.nodeClass !== className) return false
    const value = (nodeClass: string, input: string): unknown =>
      Object.values(this.#graph).find((node) => node.class_type === nodeClass)?.inputs?.[input]
    const { longerThan = 0, blocksBelow, untilFreed, withoutArgument, after = 0 } = fault
    const length = Number(value('WanInfiniteTalkToVideo', 'length') ?? 81)
    const blocks = Number(value('WanVideoBlockSwap', 'blocks_to_swap') ?? 0)
    const isFull =
      length > longerThan &&
      (blocksBelow === undefined || blocks < blocksBelow) &&
      (untilFreed === undefined || !this.#wasFreed) &&
      (withoutArgument === undefined || !argv.includes(withoutArgument))
    return isFull && !faults.strikes('outOfMemory', after)
  }

  #send(chaos: SocketChaos, message: SocketMessage): void {
    if (this.#ended.signal.aborted) return
    if (this.#clientId !== null) chaos.send(message)
    else if (TOLD_TO_ALL.has(message.type)) this.sockets.broadcast(message)
  }

  async #runForeign(prompt: QueuedPrompt, ms: number): Promise<HistoryEntry> {
    // An interrupt ends it early.
    await this.#pause(ms).catch((error: unknown) => {
      if (!(error instanceof Interrupted)) throw error
    })
    const status = { status_str: 'success', completed: true, messages: [] } as const
    return { prompt: toTuple(prompt), outputs: {}, status, meta: {} }
  }

  #finish(prompt: QueuedPrompt, entry: HistoryEntry): void {
    const { historyLateMs } = this.#setup.faults.current
    this.queue.finish(historyLateMs === undefined ? entry : null)
    if (typeof historyLateMs === 'number') {
      sleep(historyLateMs, undefined, { signal: this.#ended.signal }).then(
        () => this.queue.remember(prompt.id, entry),
        () => undefined,
      )
    }
    this.sockets.send(this.#clientId, {
      type: 'executing',
      data: { node: null, prompt_id: prompt.id },
    })
    this.#clientId = null
  }

  /** An interrupt takes effect here, as at a real server's progress hooks. */
  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#ended.signal, this.#interrupt.signal])
    await sleep(ms, undefined, { signal }).catch(() => undefined)
    this.#checkStopped()
  }

  #checkStopped(): void {
    if (this.#ended.signal.aborted) throw new ServerDied()
    if (this.#interrupt.signal.aborted) throw new Interrupted()
  }

  async #reached(fraction: number): Promise<void> {
    this.#checkStopped()
    const book = this.#setup.faults
    const { dieAt, hangAt, errorAt, interruptAt } = book.current
    const isDue = (name: string, fault: { at: number; times?: number } | undefined) =>
      fault !== undefined &&
      fraction >= fault.at &&
      book.strikes(name, fault.times ?? Number.POSITIVE_INFINITY)
    if (dieAt !== undefined && isDue('dieAt', { times: 1, ...dieAt })) {
      this.#setup.die(dieAt.downMs)
      throw new ServerDied()
    }
    if (interruptAt !== undefined && isDue('interruptAt', interruptAt)) this.interrupt(null)
    if (hangAt !== undefined && fraction >= hangAt.at) await this.#hang(hangAt.ignoresInterrupt)
    if (errorAt !== undefined && isDue('errorAt', errorAt)) {
      throw new NodeError(errorAt.exceptionType, errorAt.message)
    }
    this.#checkStopped()
  }

  async #hang(ignoresInterrupt = false): Promise<void> {
    const { signal } = ignoresInterrupt
      ? this.#ended
      : { signal: AbortSignal.any([this.#ended.signal, this.#interrupt.signal]) }
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  #greet(clientId: string): readonly SocketMessage[] {
    const status = this.#status(clientId)
    if (clientId !== this.#clientId || this.#executing === null) return [status]
    return [status, { type: 'executing', data: { node: this.#executing } }]
  }

  #status(sid?: string): SocketMessage {
    const status = { exec_info: { queue_remaining: this.queue.remaining } }
    return { type: 'status', data: sid === undefined ? { status } : { status, sid } }
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
