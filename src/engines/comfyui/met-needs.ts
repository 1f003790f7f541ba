// The needs of requests that the servers of this process meet: which workflows they have the nodes and models for. A worker claims
// jobs by it, so it is asked every second; the servers are asked once a minute.
import { INPUT_TYPES } from '@infinitetalk/contract/plain'
import type { NeedRequest } from '../../app/ports/engine.ts'
import { toAppError } from '../../domain/errors.ts'
import { kindNeed } from '../../domain/worker-needs.ts'
import { defaultTemplateName, findTemplate, type Template } from '../../workflow/template.ts'
import type { BackendPool } from './backend-pool.ts'
import { TURNS_WORKFLOW, WINDOW_WORKFLOW } from './choose-pieces.ts'
import type { ComfyApi } from './comfy-api.ts'
import type { ComfyuiEngineOptions } from './engine-options.ts'

/** A speaker who is chosen may be alone in the picture, which a graph for one will do for: so it counts as one. */
export function needOf(
  { workflow, inputType, personCount }: NeedRequest,
  templates: readonly Template[],
): string {
  if (workflow === null) return kindNeed(inputType, personCount === 'multi' ? 2 : 1)
  return findTemplate(templates, workflow)?.name ?? workflow
}

/** Null: met. Otherwise why not. */
type Needs = ReadonlyMap<string, string | null>

/** Asking takes twenty requests for each workflow that lacks something. */
const ASK_EVERY_MS = 60_000
/** While no server answers. */
const ASK_AGAIN_MS = 5000
/** Enough for all those requests, one after another, over a slow line. */
const ASK_TIMEOUT_MS = 45_000
/** A worker writes all reasons into the database every few seconds. */
const MAX_REASON = 300

const LACKING: ReadonlySet<string> = new Set(['node_missing', 'model_missing', 'workflow_invalid'])

export interface NeedsOptions {
  readonly pool: Pick<BackendPool, 'servers' | 'health'>
  readonly templates: readonly Template[]
  readonly checkWorkflow: ComfyuiEngineOptions['checkWorkflow']
}

export class MetNeeds implements AsyncDisposable {
  readonly #options: NeedsOptions
  readonly #nowMs: () => number
  readonly #closing = new AbortController()
  /** Each need is met: for a ComfyUI that a job has to start before it can be asked. */
  readonly #all: Needs
  #known: Needs
  #askAtMs = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | null = null

  constructor(options: NeedsOptions, nowMs: () => number = () => performance.now()) {
    this.#options = options
    this.#nowMs = nowMs
    this.#all = withKinds(new Map(options.templates.map(({ name }) => [name, null])))
    this.#known = this.#all
  }

  /** Waits for the servers only the first time. Never rejects. */
  async read(): Promise<Needs> {
    const isFirst = this.#askAtMs === Number.NEGATIVE_INFINITY
    if (this.#nowMs() >= this.#askAtMs) {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = null
      })
    }
    if (isFirst) await this.#asking
    return this.#known
  }

  async #ask(): Promise<void> {
    const deadline = AbortSignal.timeout(ASK_TIMEOUT_MS)
    const signal = AbortSignal.any([this.#closing.signal, deadline])
    const { pool } = this.#options
    const servers = await pool.servers()
    // None runs, and the next job starts one: what the last one lacked may be there by then.
    if (servers.length === 0 && (await pool.health()) === null) this.#known = this.#all
    const asked = servers.map((api) => this.#askServer(api, signal).catch(() => null))
    const answers = (await Promise.all(asked)).filter((answer) => answer !== null)
    this.#askAtMs = this.#nowMs() + (answers.length === 0 ? ASK_AGAIN_MS : ASK_EVERY_MS)
    if (answers.length > 0) this.#known = withKinds(bestOf(answers))
  }

  /** @throws AppError `engine_unreachable` */
  async #askServer(api: ComfyApi, signal: AbortSignal): Promise<Needs> {
    const { templates, checkWorkflow } = this.#options
    const needs = new Map<string, string | null>()
    for (const { name, graph } of templates) {
      const lacking = await checkWorkflow(api, name, graph, signal).then(() => null, toAppError)
      if (lacking !== null && !LACKING.has(lacking.code)) throw lacking
      needs.set(name, lacking === null ? null : shorten(lacking.detail))
    }
    return needs
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await this.#asking
  }
}

/** One server that can is enough: a job that another one fails goes to it. */
function bestOf([first = new Map(), ...others]: readonly Needs[]): Needs {
  const met = (name: string): boolean => others.some((needs) => needs.get(name) === null)
  return new Map([...first].map(([name, lacking]) => [name, met(name) ? null : lacking]))
}

/** Adds what a request without a workflow needs: the usual one, or that of windows (see choose-by-server.ts). */
function withKinds(named: Needs): Needs {
  const kinds = INPUT_TYPES.flatMap((inputType) =>
    ([1, 2] as const).map((speakers): [string, string | null] => {
      const usual = defaultTemplateName(inputType, speakers)
      const able = [usual, speakers === 1 ? WINDOW_WORKFLOW : TURNS_WORKFLOW]
      const isMet = able.some((name) => named.get(name) === null)
      const lacking = named.get(usual) ?? `There is no workflow "${usual}".`
      return [kindNeed(inputType, speakers), isMet ? null : lacking]
    }),
  )
  return new Map([...named, ...kinds])
}

function shorten(detail: string): string {
  return detail.length <= MAX_REASON ? detail : `${detail.slice(0, MAX_REASON - 1)}…`
}
