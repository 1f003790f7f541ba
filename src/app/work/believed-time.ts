// The time by which things are removed for ever. A clock that jumps ahead (a wrong time server, a machine that starts in another
// year) makes everything look past its time, so a jump is believed only once it has held for an hour. Until then the time goes on
// from where it was, by the clock that nobody sets.
import type { Clock, WallClock } from '../ports/clock.ts'

/** Corrections of a clock that runs a little wrong are smaller. */
const TOLERANCE_MS = 5000
const HOLD_MS = 3_600_000

export class BelievedTime {
  readonly #clock: Clock & WallClock
  /** A moment that is believed, by both clocks. */
  #epochMs: number
  #monotonicMs: number
  /** How far the clock is ahead of what is believed, and since when; null when it is not. */
  #jump: { readonly aheadMs: number; readonly sinceMs: number } | null = null

  /** @param newestKnownMs the last time that the store knows of; a clock that is ahead of it may be right, and has to show it */
  constructor(clock: Clock & WallClock, newestKnownMs: number | null) {
    this.#clock = clock
    this.#epochMs = Math.min(clock.epochMs(), newestKnownMs ?? Number.POSITIVE_INFINITY)
    this.#monotonicMs = clock.monotonicMs()
  }

  nowMs(): number {
    const epochMs = this.#clock.epochMs()
    const monotonicMs = this.#clock.monotonicMs()
    const expectedMs = this.#epochMs + (monotonicMs - this.#monotonicMs)
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
