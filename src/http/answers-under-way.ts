// The running handlers. The hub may be closed only when all have returned, also those whose connection is closed.
export class AnswersUnderWay {
  readonly #running = new Set<Promise<unknown>>()

  track<T>(answer: Promise<T>): Promise<T> {
    const tracked = answer.finally(() => this.#running.delete(tracked))
    this.#running.add(tracked)
    return tracked
  }

  /** Resolves when no handler runs. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }
}
