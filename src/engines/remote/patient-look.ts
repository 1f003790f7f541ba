// Looks at a render that runs elsewhere, again and again. One look that fails or finds nothing means nothing: a gateway restarts, a
// render moves from the queue to the history. Many of them mean that the render is lost.
import { abortError } from '../../async/abort-error.ts'
import { type AppError, toAppError } from '../../domain/errors.ts'

export interface LookedAt<Seen> {
  /** null when the render is not known there. */
  readonly look: (signal: AbortSignal) => Promise<Seen | null>
  /** How long failures like this one are borne; 0 when looking again cannot help. */
  readonly bearsMs: (error: AppError) => number
  /** The error after that time. */
  readonly outOfSight: (error: AppError) => AppError
  /** How long a render that is not known there may still turn up. At least two looks have to miss it. */
  readonly forgottenMs: () => number
  readonly forgotten: () => AppError
  /** Told of a failure that is borne. */
  readonly onSilence?: ((error: AppError) => void) | undefined
}

export class PatientLook<Seen> {
  readonly #at: LookedAt<Seen>
  #failingSinceMs: number | null = null
  #missingSinceMs: number | null = null

  constructor(at: LookedAt<Seen>) {
    this.#at = at
  }

  /**
   * @returns null when nothing was seen this time
   * @throws AppError when that has lasted too long, or that the signal was aborted with
   */
  async look(signal: AbortSignal): Promise<Seen | null> {
    let seen: Seen | null
    try {
      seen = await this.#at.look(signal)
    } catch (thrown) {
      if (signal.aborted) throw abortError(signal)
      this.#failed(toAppError(thrown))
      return null
    }
    this.#failingSinceMs = null
    if (seen === null) this.#missed()
    else this.#missingSinceMs = null
    return seen
  }

  #failed(error: AppError): void {
    const { bearsMs, outOfSight, onSilence } = this.#at
    this.#failingSinceMs ??= performance.now()
    if (performance.now() - this.#failingSinceMs >= bearsMs(error)) throw outOfSight(error)
    onSilence?.(error)
  }

  #missed(): void {
    const isFirst = this.#missingSinceMs === null
    this.#missingSinceMs ??= performance.now()
    const missingMs = performance.now() - this.#missingSinceMs
    if (!isFirst && missingMs >= this.#at.forgottenMs()) throw this.#at.forgotten()
  }
}
