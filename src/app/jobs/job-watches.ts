// Watches the jobs that callers wait for. Each job is read once per change for all its waiters. A signal wakes the watch; it also
// reads every second, because a signal is only a hint and another hub may have changed the row.
import { Bell } from '../../async/bell.ts'
import type { JobId } from '../../domain/ids.ts'
import type { JobView } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { getJob, type ReadPorts } from './read-jobs.ts'

const LOOK_AGAIN_MS = 1000

export type WatchPorts = ReadPorts & Pick<HubPorts, 'signals'>

/** The latest reading of a watch: the same object while the job has the same version. */
export interface Sight {
  /** The job as last read, at most a second ago; null when it was removed, or when the store cannot be read. */
  view: JobView | null
  readonly error: unknown
}

export interface JobWatch extends Disposable {
  /** The latest reading; waits for the first one. */
  sight(): Promise<Sight>
  /** The next reading after this one; the latest one after `timeoutMs`, or when aborted. */
  after(sight: Sight, timeoutMs: number, signal: AbortSignal): Promise<Sight>
}

export class JobWatches {
  readonly #ports: WatchPorts
  readonly #watched = new Map<JobId, SharedWatch>()

  constructor(ports: WatchPorts) {
    this.#ports = ports
  }

  /** Callers that wait for the same job share its watch. It ends with its last user. */
  open(id: JobId): JobWatch {
    let shared = this.#watched.get(id)
    if (shared === undefined) {
      shared = new SharedWatch(id, this.#ports)
      this.#watched.set(id, shared)
    }
    const watch = shared
    watch.users += 1
    return {
      sight: () => watch.sight(),
      after: (sight, timeoutMs, signal) => watch.after(sight, timeoutMs, signal),
      [Symbol.dispose]: () => {
        watch.users -= 1
        if (watch.users > 0) return
        this.#watched.delete(id)
        watch.stop()
      },
    }
  }
}

class SharedWatch {
  users = 0
  readonly #id: JobId
  readonly #ports: WatchPorts
  readonly #bell = new Bell()
  readonly #stopped = new AbortController()
  readonly #unsubscribe: () => void
  readonly #waiters = new Set<() => void>()
  readonly #first = Promise.withResolvers<Sight>()
  #last: Sight | null = null

  constructor(id: JobId, ports: WatchPorts) {
    this.#id = id
    this.#ports = ports
    this.#unsubscribe = ports.signals.onChange(id, () => this.#bell.ring())
    void this.#look()
  }

  async sight(): Promise<Sight> {
    return this.#last ?? this.#first.promise
  }

  async after(sight: Sight, timeoutMs: number, signal: AbortSignal): Promise<Sight> {
    if (this.#last !== sight || signal.aborted) return this.sight()
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, timeoutMs)
    const wake = (): void => resolve()
    this.#waiters.add(wake)
    signal.addEventListener('abort', wake, { once: true })
    await promise
    clearTimeout(timer)
    this.#waiters.delete(wake)
    signal.removeEventListener('abort', wake)
    return this.#last
  }

  stop(): void {
    this.#unsubscribe()
    this.#stopped.abort()
  }

  async #look(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      this.#see(await this.#read())
      await this.#bell.wait(LOOK_AGAIN_MS, signal).catch(() => {})
    }
  }

  async #read(): Promise<Sight> {
    try {
      return { view: await getJob(this.#id, this.#ports), error: null }
    } catch (error) {
      return { view: null, error }
    }
  }

  #see(sight: Sight): void {
    if (sight.view !== null && sight.view.job.version === this.#last?.view?.job.version) {
      this.#last.view = sight.view
      return
    }
    this.#last = sight
    this.#first.resolve(sight)
    for (const wake of this.#waiters) wake()
  }
}
