// Wakes one waiter at news: a hint that arrives before the poll does.
import { setTimeout as sleep } from 'node:timers/promises'
import { abortError } from './abort-error.ts'

/** A ring while nobody waits is kept for the next wait. */
export class Bell {
  #rung = false
  #wake: (() => void) | null = null

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Returns at the next ring, or after `ms`. @throws AppError the one that the signal was aborted with */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung) {
      const woken = new AbortController()
      this.#wake = () => woken.abort()
      await sleep(ms, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(
        () => {},
      )
      this.#wake = null
    }
    this.#rung = false
    if (signal.aborted) throw abortError(signal)
  }
}
