// A fixed number of permits, given in the order in which they were asked for.

interface Waiter {
  start(): void
}

export class Semaphore {
  #free: number
  readonly #waiters = new Set<Waiter>()

  constructor(permits: number) {
    this.#free = permits
  }

  /** Holds one permit for as long as the work takes. @throws the reason of the signal */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const release = await this.acquire(signal)
    try {
      return await work()
    } finally {
      release()
    }
  }

  /** @returns a function that gives the permit back; a second call does nothing @throws the reason of the signal */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#free > 0) this.#free -= 1
    else await this.#turn(signal)
    let released = false
    return () => {
      if (released) return
      released = true
      this.#release()
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        start: () => {
          signal.removeEventListener('abort', giveUp)
          resolve()
        },
      }
      const giveUp = (): void => {
        this.#waiters.delete(waiter)
        reject(signal.reason)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      this.#waiters.add(waiter)
    })
  }

  #release(): void {
    const [next] = this.#waiters
    if (next === undefined) {
      this.#free += 1
      return
    }
    this.#waiters.delete(next)
    next.start()
  }
}
