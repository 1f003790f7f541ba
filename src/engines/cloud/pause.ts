// Waiting that ends with the job: for a time, or for the news that came first.
import { setTimeout as sleep } from 'node:timers/promises'
import { abortError } from '../../media/guard-child.ts'

/** @throws AppError what the signal was aborted with */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {
    throw abortError(signal)
  })
}

/** Rung by whoever hears of a change; a ring that nobody waits for is not lost. */
export class Bell {
  #rung = false
  #wake: (() => void) | null = null

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Returns at the next ring, or after the time. @throws AppError what the signal was aborted with */
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
