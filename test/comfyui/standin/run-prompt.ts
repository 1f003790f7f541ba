// Runs one prompt: the nodes in ComfyUI's order with ComfyUI's messages in ComfyUI's order, and the history entry at the end.
import { ExecutionOrder } from './execution-order.ts'
import { type Graph, toLink } from './graph.ts'
import { runNode } from './nodes.ts'
import type { ObjectInfo } from './object-info.ts'
import { ProgressBook, type Send } from './progress.ts'
import {
  type HistoryEntry,
  type QueuedPrompt,
  type StatusMessage,
  toTuple,
} from './prompt-queue.ts'
import { type ResultCache, type Signatures, signaturesOf } from './result-cache.ts'
import {
  Interrupted,
  NodeError,
  type NodeResult,
  type RunContext,
  ServerDied,
} from './run-context.ts'
import type { Value } from './values.ts'
import type { VersionTraits } from './version.ts'

/** The part of the server that a run uses. */
export interface RunHost {
  readonly info: ObjectInfo
  readonly traits: VersionTraits
  readonly cache: ResultCache
  /** To the prompt's client. */
  readonly send: Send
  /** The node that a reconnecting client is informed of. */
  setExecuting(nodeId: string | null): void
  /** The interface for a node, without the parts that depend on the node. */
  readonly context: Omit<RunContext, 'bar' | 'sendText' | 'sendPreview'>
  sendText(nodeId: string, text: string): void
  sendPreview(): void
  /** Last chance for a fault to change the node's output. */
  alterOutput(ui: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
}

export async function runPrompt(prompt: QueuedPrompt, host: RunHost): Promise<HistoryEntry> {
  return await new PromptRun(prompt, host).run()
}

class PromptRun {
  readonly #prompt: QueuedPrompt
  readonly #host: RunHost
  readonly #progress: ProgressBook
  readonly #signatures: Signatures
  readonly #messages: StatusMessage[] = []
  readonly #results = new Map<string, NodeResult>()
  readonly #executed: string[] = []
  readonly #shown: Record<string, unknown> = {}
  #current: string | null = null

  constructor(prompt: QueuedPrompt, host: RunHost) {
    this.#prompt = prompt
    this.#host = host
    this.#progress = new ProgressBook(prompt.id, host.traits.throttlesProgress, host.send)
    this.#signatures = signaturesOf(prompt.graph, (name) => host.context.findFile(name))
  }

  async run(): Promise<HistoryEntry> {
    const { cache, traits } = this.#host
    if (!traits.keepsCacheOnError) cache.keepOnly(this.#signatures)
    this.#tell('execution_start', {})
    const cached = Object.keys(this.#graph).filter((id) => cache.get(this.#signatures.get(id)))
    this.#tell('execution_cached', { nodes: cached })
    if (traits.showsKeptOutputs) {
      for (const id of cached) this.#remember(id, cache.get(this.#signatures.get(id))?.ui)
    }
    const order = this.#order(new Set(cached))
    try {
      await this.#host.context.reached(0)
      for (let id = order.next(); id !== null; id = order.next()) {
        this.#current = id
        await this.#visit(id)
        order.complete(id)
      }
    } catch (error) {
      // Interrupted work fails in its own words when the run was stopped.
      const { signal } = this.#host.context
      return this.#fail(signal.aborted ? signal.reason : error)
    } finally {
      this.#host.setExecuting(null)
    }
    cache.keepOnly(this.#signatures)
    this.#tell('execution_success', {})
    return this.#entry(true)
  }

  get #graph(): Graph {
    return this.#prompt.graph
  }

  #order(cached: ReadonlySet<string>): ExecutionOrder {
    const isOutput = (id: string) => this.#info(id)?.output_node === true
    const order = new ExecutionOrder(this.#graph, isOutput, (id) => cached.has(id))
    for (const output of this.#prompt.outputs) order.add(output)
    return order
  }

  #info(id: string) {
    return this.#host.info[this.#graph[id]?.class_type ?? '']
  }

  async #visit(id: string): Promise<void> {
    const signature = this.#signatures.get(id) ?? id
    const known = this.#host.cache.get(signature)
    if (known === undefined) {
      this.#host.setExecuting(id)
      this.#progress.start(id)
      this.#send('executing', { node: id, display_node: id })
      const result = await this.#execute(id)
      this.#host.cache.set(signature, result)
      this.#results.set(id, result)
      this.#executed.push(id)
      if (result.ui !== undefined) this.#show(id, result.ui)
    } else {
      this.#results.set(id, known)
      // Sent also for a node without output: `output` is null then.
      this.#show(id, known.ui ?? null)
    }
    this.#progress.finish(id)
  }

  async #execute(id: string): Promise<NodeResult> {
    const info = this.#info(id)
    if (info === undefined) throw new NodeError('KeyError', `'${id}'`)
    const { context } = this.#host
    await context.pause(context.speed.msPerNode)
    const className = this.#graph[id]?.class_type ?? ''
    const told = context.nodeError(className)
    if (told !== null) throw new NodeError(told.exceptionType, told.message)
    const call = {
      id,
      className,
      inputs: this.#inputs(id),
      run: {
        ...context,
        bar: (max: number) => this.#progress.bar(id, max),
        sendText: (text: string) => this.#host.sendText(id, text),
        sendPreview: () => this.#host.sendPreview(),
      },
    }
    const result = await runNode(call, info)
    if (result.ui === undefined) return result
    return { ...result, ui: await this.#host.alterOutput(result.ui) }
  }

  #inputs(id: string): Record<string, Value> {
    const given = Object.entries(this.#graph[id]?.inputs ?? {})
    return Object.fromEntries(
      given.flatMap(([name, value]) => {
        const link = toLink(value)
        if (link === null) return [[name, value as Value]]
        const output = this.#resultOf(link.nodeId)?.outputs[link.slot]
        return output === undefined ? [] : [[name, output]]
      }),
    )
  }

  #resultOf(id: string): NodeResult | undefined {
    return this.#results.get(id) ?? this.#host.cache.get(this.#signatures.get(id))
  }

  #show(id: string, output: Readonly<Record<string, unknown>> | null): void {
    this.#send('executed', { node: id, display_node: id, output })
    this.#remember(id, output)
  }

  /** For the history, which also has outputs that were only cached. */
  #remember(id: string, output: Readonly<Record<string, unknown>> | null | undefined): void {
    if (output) this.#shown[id] = output
  }

  #fail(error: unknown): HistoryEntry {
    if (error instanceof ServerDied) throw error
    const id = this.#current ?? ''
    const where = {
      node_id: id,
      node_type: this.#graph[id]?.class_type ?? null,
      executed: [...this.#executed],
    }
    if (error instanceof Interrupted) {
      this.#tell('execution_interrupted', where)
    } else {
      const isPython = error instanceof NodeError
      this.#tell('execution_error', {
        ...where,
        exception_message: `${error instanceof Error ? error.message : String(error)}\n`,
        exception_type: isPython ? error.exceptionType : 'RuntimeError',
        traceback: isPython ? [] : [String(error instanceof Error ? error.stack : error)],
        current_inputs: this.#describeInputs(id),
        current_outputs: Object.keys(this.#graph),
      })
    }
    return this.#entry(false)
  }

  #describeInputs(id: string): Record<string, readonly unknown[]> {
    const given = Object.entries(this.#graph[id]?.inputs ?? {})
    return Object.fromEntries(
      given.map(([name, value]) => [name, [toLink(value) === null ? value : '<object>']]),
    )
  }

  #entry(completed: boolean): HistoryEntry {
    const meta = Object.keys(this.#shown).map((id) => [
      id,
      { node_id: id, display_node: id, parent_node: null, real_node_id: id },
    ])
    return {
      prompt: toTuple(this.#prompt),
      outputs: { ...this.#shown },
      status: {
        status_str: completed ? 'success' : 'error',
        completed,
        messages: this.#messages,
      },
      meta: Object.fromEntries(meta),
    }
  }

  /** To the client and into the history. */
  #tell(type: string, data: Readonly<Record<string, unknown>>): void {
    const full = { prompt_id: this.#prompt.id, ...data, timestamp: Date.now() }
    this.#messages.push([type, full])
    this.#host.send(type, full)
  }

  #send(type: string, data: Readonly<Record<string, unknown>>): void {
    this.#host.send(type, { ...data, prompt_id: this.#prompt.id })
  }
}
