// How often ComfyUI may end before it is left alone: a server that dies at every render would otherwise be started all day,
// minutes at a time, and no job would be told why. Waits grow with the endings; enough of them in a row, and starting again is
// refused until some time has passed.
import { backoffMs } from '../../../domain/backoff.ts'

const MAX_ENDINGS = 5
const WINDOW_MS = 10 * 60_000

export class RestartBudget {
  #endingsMs: readonly number[] = []

  /** It has ended when nobody wanted it to, has not come up, or was distrusted. */
  recordEnding(nowMs: number): void {
    this.#endingsMs = [...this.#recent(nowMs), nowMs]
  }

  /** How long to wait before the next start; 0 when nothing has ended lately. @param random 0..1 */
  delayMs(nowMs: number, random: number): number {
    const recent = this.#recent(nowMs)
    const last = recent.at(-1)
    if (last === undefined) return 0
    return Math.max(0, last + backoffMs(recent.length, random) - nowMs)
  }

  /** One sentence why it is not started now; null when it may be. */
  refusal(nowMs: number): string | null {
    const recent = this.#recent(nowMs)
    const [first] = recent
    if (first === undefined || recent.length < MAX_ENDINGS) return null
    const seconds = Math.ceil((first + WINDOW_MS - nowMs) / 1000)
    return `ComfyUI has ended ${recent.length} times within ${WINDOW_MS / 60_000} minutes; it is started again in ${seconds} s at the earliest.`
  }

  #recent(nowMs: number): readonly number[] {
    return this.#endingsMs.filter((endedMs) => endedMs > nowMs - WINDOW_MS)
  }
}
