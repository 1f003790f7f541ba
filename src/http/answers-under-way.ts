// The handlers that still run. A connection may be closed under a handler, and what it uses of the hub may be closed only after it
// has noticed and returned.
export class AnswersUnderWay {
  readonly #running = new Set<Promise<unknown>>()

  track<T>(answer: Promise<T>): Promise<T> {
    const tracked = answer.finally(() => this.#running.delete(tracked))
    this.#running.add(tracked)
    return tracked
  }

  /** Resolves when none runs. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }
}
