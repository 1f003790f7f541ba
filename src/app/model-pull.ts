// The pull of model files by this hub: one at a time, in the background, until it has ended, is canceled or the hub stops. Its state is
// in memory; the received bytes are on the disk, so a later pull resumes.
import { DEFAULT_MODELS_SET } from '@infinitetalk/contract'
import { AppError, toAppError } from '../domain/errors.ts'
import type { HubPorts } from './hub-ports.ts'
import type { HubModels, ModelPullView } from './hub-status.ts'
import type { ModelChoice, ModelLibrary, PullEvent } from './ports/models.ts'
import { PullProgress } from './pull-progress.ts'

/** All models over a slow line. A hub must not download for ever. */
const MAX_MS = 24 * 3_600_000
/** The state names a few failures; a manifest may have many models. */
const MAX_FAILURES = 20

interface Run {
  readonly models: readonly string[]
  readonly progress: PullProgress
  readonly stop: AbortController
  readonly waiting: Map<string, string>
  readonly pulled: string[]
  readonly failures: { readonly model: string; readonly detail: string }[]
  readonly startedAtMs: number
  status: ModelPullView['status']
  error: AppError | null
  finishedAtMs: number | null
  ended: Promise<void>
}

type Ports = Pick<HubPorts, 'openModels' | 'clock' | 'observer'>

export class ModelPull implements Pick<HubModels, 'pull' | 'readPull' | 'cancelPull'> {
  readonly #ports: Ports
  #run: Run | null = null
  #isStarting = false

  constructor(ports: Ports) {
    this.#ports = ports
  }

  async pull({ sets, names }: Partial<ModelChoice>): Promise<ModelPullView> {
    if (this.#isStarting || this.#isActive()) {
      throw new AppError('models_busy', 'This hub is pulling models already.')
    }
    this.#isStarting = true
    try {
      const choice = { sets: sets ?? [DEFAULT_MODELS_SET], names: names ?? [] }
      const library = await this.#ports.openModels()
      const chosen = await library.list(choice).catch(asRequestError)
      const run: Run = {
        models: chosen.map(({ model }) => model.name),
        progress: new PullProgress(() => this.#ports.clock.monotonicMs()),
        stop: new AbortController(),
        waiting: new Map(),
        pulled: [],
        failures: [],
        startedAtMs: this.#ports.clock.epochMs(),
        status: 'running',
        error: null,
        finishedAtMs: null,
        ended: Promise.resolve(),
      }
      run.ended = this.#follow(run, library, choice)
      this.#run = run
    } finally {
      this.#isStarting = false
    }
    return this.readPull()
  }

  readPull(): ModelPullView {
    const run = this.#run
    if (run === null) return NOTHING
    const { doneBytes, totalBytes, bytesPerSecond, etaSeconds } = run.progress.totals()
    const isActive = run.finishedAtMs === null
    return {
      ...run,
      doneBytes,
      totalBytes,
      bytesPerSecond: isActive ? bytesPerSecond : null,
      etaSeconds: isActive ? etaSeconds : null,
      files: isActive
        ? [...run.progress.files()].map(([model, file]) => ({
            model,
            ...file,
            waiting: run.waiting.get(model) ?? null,
          }))
        : [],
    }
  }

  cancelPull(): ModelPullView {
    if (this.#run !== null && this.#run.status === 'running') {
      this.#run.status = 'canceling'
      this.#run.stop.abort(new AppError('canceled', 'The pull was canceled.'))
    }
    return this.readPull()
  }

  async stop(): Promise<void> {
    this.cancelPull()
    await this.#run?.ended
  }

  #isActive(): boolean {
    return this.#run !== null && this.#run.finishedAtMs === null
  }

  async #follow(run: Run, library: ModelLibrary, choice: ModelChoice): Promise<void> {
    const signal = AbortSignal.any([run.stop.signal, AbortSignal.timeout(MAX_MS)])
    const onEvent = (event: PullEvent): void => take(event, run)
    try {
      await library.pull({ choice, force: false, signal, onEvent })
      run.status = 'succeeded'
    } catch (thrown) {
      if (run.status === 'canceling') run.status = 'canceled'
      else {
        run.status = 'failed'
        run.error = signal.aborted
          ? new AppError('tool_timeout', 'The pull took longer than a day and was ended.')
          : toAppError(thrown)
        this.#ports.observer.observe({
          type: 'hub.trouble',
          where: 'pull of models',
          error: thrown,
        })
      }
    } finally {
      run.finishedAtMs = this.#ports.clock.epochMs()
    }
  }
}

function take(event: PullEvent, run: Run): void {
  run.progress.take(event)
  if (event.type === 'waiting') run.waiting.set(event.model, event.detail)
  if (event.type === 'progress') run.waiting.delete(event.model)
  if (event.type === 'pulled') run.pulled.push(event.model)
  if (event.type === 'failed' && run.failures.length < MAX_FAILURES) {
    run.failures.push({ model: event.model, detail: event.detail })
  }
}

/** An unknown name is a fault of the request, and of a command only on the command line. */
function asRequestError(thrown: unknown): never {
  const error = toAppError(thrown)
  if (error.code !== 'usage') throw error
  throw new AppError('invalid_request', error.detail, { cause: error })
}

const NOTHING: ModelPullView = {
  status: 'idle',
  models: [],
  doneBytes: 0,
  totalBytes: 0,
  bytesPerSecond: null,
  etaSeconds: null,
  files: [],
  pulled: [],
  failures: [],
  error: null,
  startedAtMs: null,
  finishedAtMs: null,
}
