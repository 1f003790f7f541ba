// A deadline for work that may end before it, beside the signal of what it belongs to. AbortSignal.timeout() and AbortSignal.any() hold
// what listens to them until a full garbage collection: a render that makes a hundred thousand requests would carry those of minutes.

export class Deadline implements Disposable {
  readonly #own = new AbortController()
  readonly #outer: AbortSignal | null
  readonly #timer: NodeJS.Timeout | undefined

  /** @param ms null for none: then only the signal counts */
  constructor(ms: number | null, signal?: AbortSignal) {
    const late = (): void => this.#own.abort(new DOMException('It took too long.', 'TimeoutError'))
    this.#timer = ms === null ? undefined : setTimeout(late, ms)
    // It keeps no program running that has nothing else to do.
    this.#timer?.unref()
    this.#outer = signal ?? null
    if (signal?.aborted === true) this.#follow()
    else signal?.addEventListener('abort', this.#follow, { once: true })
  }

  /** Aborted as the given signal is, or with a `TimeoutError` when the time is over. */
  get signal(): AbortSignal {
    return this.#own.signal
  }

  /** Counts its time anew. */
  postpone(): void {
    this.#timer?.refresh()
  }

  /** Its time no longer counts; the signal still does, until it is disposed of. */
  meet(): void {
    clearTimeout(this.#timer)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#outer?.removeEventListener('abort', this.#follow)
  }

  readonly #follow = (): void => this.#own.abort(this.#outer?.reason)
}
