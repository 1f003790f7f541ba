// The time that decides about deletion. A clock that jumps ahead (a wrong time server, a machine that starts in another year) makes
// everything look expired, so a jump is believed only once it has held for an hour. Until then the time continues from its previous
// value by the monotonic clock.
import type { Clock, WallClock } from '../ports/clock.ts'

/** Ordinary corrections of a clock are smaller. */
const TOLERANCE_MS = 5000
const HOLD_MS = 3_600_000

export class BelievedTime {
  readonly #clock: Clock & WallClock
  /** A believed moment, by both clocks. */
  #epochMs: number
  #monotonicMs: number
  /** How far the clock is ahead of the believed time, and since when; null when it is not ahead. */
  #jump: { readonly aheadMs: number; readonly sinceMs: number } | null = null

  /** @param newestKnownMs the newest time in the store; a clock that is ahead of it must hold for an hour first */
  constructor(clock: Clock & WallClock, newestKnownMs: number | null) {
    this.#clock = clock
    this.#epochMs = Math.min(clock.epochMs(), newestKnownMs ?? Number.POSITIVE_INFINITY)
    this.#monotonicMs = clock.monotonicMs()
  }

  nowMs(): number {
    const epochMs = this.#clock.epochMs()
    const monotonicMs = this.#clock.monotonicMs()
    // Whole, as the times in the store are.
    const expectedMs = Math.round(this.#epochMs + (monotonicMs - this.#monotonicMs))
    const aheadMs = epochMs - expectedMs
    if (aheadMs > TOLERANCE_MS && !this.#hasHeld(aheadMs, monotonicMs)) return expectedMs
    this.#epochMs = epochMs
    this.#monotonicMs = monotonicMs
    this.#jump = null
    return epochMs
  }

  #hasHeld(aheadMs: number, monotonicMs: number): boolean {
    if (this.#jump === null || Math.abs(aheadMs - this.#jump.aheadMs) > TOLERANCE_MS) {
      this.#jump = { aheadMs, sinceMs: monotonicMs }
    }
    return monotonicMs - this.#jump.sinceMs >= HOLD_MS
  }
}
