// A deadline for work that may end before it. AbortSignal.timeout() holds whatever listens to it until its time is over: a render
// that makes thousands of requests, each with 20 s, would carry all of the last 20 s along.

export class Deadline implements Disposable {
  /** Aborted as the given signal is, or with a `TimeoutError` when the time is over. */
  readonly signal: AbortSignal
  readonly #timer: NodeJS.Timeout

  constructor(ms: number, signal?: AbortSignal) {
    const late = new AbortController()
    const abort = (): void => late.abort(new DOMException('It took too long.', 'TimeoutError'))
    this.#timer = setTimeout(abort, ms)
    // It keeps no program running that has nothing else to do.
    this.#timer.unref()
    this.signal = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal])
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }
}
