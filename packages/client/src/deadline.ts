// One signal out of two reasons to stop: the caller's wish, and a time without any sign of life. The time is started anew
// whenever something moves, so that a large transfer may take long and a dead one may not.

export class Deadline {
  readonly #controller = new AbortController()
  readonly #callerSignal: AbortSignal | undefined
  readonly #onCallerAbort = (): void => this.#controller.abort(this.#callerSignal?.reason)
  #timer: ReturnType<typeof setTimeout> | null = null
  #timeoutMs: number
  #passed = false

  constructor(timeoutMs: number, callerSignal: AbortSignal | undefined) {
    this.#callerSignal = callerSignal
    this.#timeoutMs = timeoutMs
    if (callerSignal?.aborted) this.#onCallerAbort()
    else callerSignal?.addEventListener('abort', this.#onCallerAbort, { once: true })
    this.extend()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** It was the time that ended it, not the caller. */
  get passed(): boolean {
    return this.#passed
  }

  get timeoutMs(): number {
    return this.#timeoutMs
  }

  /** Something moved. */
  extend(timeoutMs: number = this.#timeoutMs): void {
    this.#stopTimer()
    if (this.signal.aborted) return
    this.#timeoutMs = timeoutMs
    this.#timer = setTimeout(() => {
      this.#passed = true
      this.#controller.abort()
    }, timeoutMs)
  }

  /** Nobody is waiting: a reader that takes its time is not a dead server. */
  pause(): void {
    this.#stopTimer()
  }

  /** Must be called when the work is over, or the timer keeps the process alive. */
  dispose(): void {
    this.#stopTimer()
    this.#callerSignal?.removeEventListener('abort', this.#onCallerAbort)
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
