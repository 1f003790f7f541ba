// Claims jobs from the queue and runs a limited number at a time. A signal wakes it when a job is queued; it also looks every
// second, because a signal is only a hint and another hub of the store cannot send one.
import { AppError } from '../../domain/errors.ts'
import type { HubPorts } from '../hub-ports.ts'
import { readAbilities } from './abilities.ts'
import { type ClaimedJob, claimJob } from './claim-job.ts'
import type { LatestFrames } from './latest-frames.ts'
import { runJob } from './run-job.ts'

const LOOK_AGAIN_MS = 1000
/** The pause after a failure of the store keeps it from flooding the log. */
const PAUSE_AFTER_TROUBLE_MS = 1000

export class Worker {
  readonly #ports: HubPorts
  readonly #frames: LatestFrames
  readonly #id: string
  readonly #takesAnyJob: boolean
  readonly #running = new Map<ClaimedJob, Promise<void>>()
  readonly #putBack = new AbortController()
  readonly #stopping = new AbortController()
  #loop: Promise<void> = Promise.resolve()
  #wake: () => void = () => {}
  #woken = false

  /** @param takesAnyJob false: others may be able to render what this process cannot */
  constructor(ports: HubPorts, frames: LatestFrames, takesAnyJob: boolean) {
    this.#ports = ports
    this.#frames = frames
    this.#id = ports.ids.newToken()
    this.#takesAnyJob = takesAnyJob
  }

  start(): void {
    const unsubscribe = this.#ports.signals.onQueueChange(() => this.#wakeUp())
    this.#loop = this.#work().finally(unsubscribe)
  }

  /** Jobs that it renders now. */
  get running(): number {
    return this.#running.size
  }

  /** Claims no more jobs; puts back those that do not end within `timeoutMs`. Returns when all have ended. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping.abort()
    this.#wakeUp()
    await this.#loop
    const timer = setTimeout(() => this.putBack(), timeoutMs)
    await Promise.all(this.#running.values())
    clearTimeout(timer)
  }

  /** Puts running jobs back at once. */
  putBack(): void {
    this.#putBack.abort(new AppError('stopping', 'The hub is stopping.'))
  }

  async #work(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#woken = false
      const claimed = await this.#claim()
      if (claimed === null) await this.#sleep(LOOK_AGAIN_MS)
      else this.#run(claimed)
    }
  }

  async #claim(): Promise<ClaimedJob | null> {
    if (this.#running.size >= this.#ports.limits.renderMaxParallel) return null
    try {
      const abilities = this.#takesAnyJob ? null : await readAbilities(this.#ports.engines)
      return await claimJob({ workerId: this.#id, abilities }, this.#ports)
    } catch (error) {
      this.#ports.observer.observe({ type: 'hub.trouble', where: 'claim', error })
      this.#woken = false
      await this.#sleep(PAUSE_AFTER_TROUBLE_MS)
      return null
    }
  }

  #run(claimed: ClaimedJob): void {
    const surroundings = {
      stopping: this.#stopping.signal,
      stop: this.#putBack.signal,
      frames: this.#frames,
    }
    const run = runJob(claimed, surroundings, this.#ports)
      .catch((error: unknown) => {
        this.#ports.observer.observe({ type: 'hub.trouble', where: 'run', error })
      })
      .finally(() => {
        this.#running.delete(claimed)
        this.#wakeUp()
      })
    this.#running.set(claimed, run)
  }

  #wakeUp(): void {
    this.#woken = true
    this.#wake()
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#woken || this.#stopping.signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = setTimeout(resolve, ms)
    await promise
    clearTimeout(timer)
  }
}
