// Measures how long a running render has given no sign of life. Silence counts only while the socket is open and the prompt
// runs: otherwise no sign could arrive.
import type { Stage } from '@infinitetalk/contract'
import type { FollowTimes } from './follow-times.ts'

export interface StallWatchOptions {
  /** How long a window should take; 0 when that is not known. */
  readonly windowMs: number
  readonly times: FollowTimes
  readonly nowMs: () => number
}

export interface Observation {
  readonly isRunning: boolean
  readonly canHear: boolean
  /** Signs of life of the prompt, so far. */
  readonly signs: number
  readonly stage: Stage
  /** Within the stage. */
  readonly done: number
}

/** `doubt` comes once, halfway: the socket may have gone deaf, and a new one hears again. */
export type StallVerdict = 'alive' | 'doubt' | 'stalled'

export class StallWatch {
  readonly #options: StallWatchOptions
  #lastMs: number
  #silentMs = 0
  #signs = 0
  #doubted = false

  constructor(options: StallWatchOptions) {
    this.#options = options
    this.#lastMs = options.nowMs()
  }

  get silentSeconds(): number {
    return Math.round(this.#silentMs / 1000)
  }

  observe({ isRunning, canHear, signs, stage, done }: Observation): StallVerdict {
    const nowMs = this.#options.nowMs()
    const elapsedMs = nowMs - this.#lastMs
    this.#lastMs = nowMs
    if (!isRunning || signs !== this.#signs) {
      this.#signs = signs
      this.#silentMs = 0
      this.#doubted = false
      return 'alive'
    }
    if (canHear) this.#silentMs += elapsedMs
    const limitMs = this.#limitMs(!hasSampled(stage, done))
    if (this.#silentMs >= limitMs) return 'stalled'
    if (this.#silentMs < limitMs / 2 || this.#doubted) return 'alive'
    this.#doubted = true
    return 'doubt'
  }

  /** @param isBeginning before the first step: models are loaded by the nodes that use them, and the first window is encoded */
  #limitMs(isBeginning: boolean): number {
    const { windowMs, times } = this.#options
    const limitMs = Math.max(times.stallMs, times.stallWindows * windowMs)
    return isBeginning ? Math.max(times.loadingStallMs, limitMs) : limitMs
  }
}

function hasSampled(stage: Stage, done: number): boolean {
  return stage === 'decoding' || stage === 'saving' || (stage === 'sampling' && done > 0)
}
