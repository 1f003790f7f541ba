// Turns the progress of the stages into one fraction of the whole work and the seconds left. Both are measured: the fraction from
// finished frames, the time from the speed of this render and of earlier ones. The fraction never decreases.

import type { Size } from '@infinitetalk/arithmetic'
import type { Stage } from '@infinitetalk/contract'
import { type SizedTimes, timeLeft, timesAt } from '../domain/forecast.ts'
import type { Clock } from './ports/clock.ts'
import type { RenderProgress } from './ports/engine.ts'

export interface ProgressReport extends RenderProgress {
  /** 0..1 of the whole work. */
  readonly fraction: number
  /** Seconds left; null until enough has been measured. */
  readonly etaSeconds: number | null
  /** Where the measurements differ: between so many seconds. */
  readonly etaRange: readonly [number, number] | null
}

/** The facts that are known before the render begins. */
export interface ForecastBasis {
  readonly size: Size
  /** All units of sampling; null when the length of the video is not known. */
  readonly units: number | null
  /** Earlier renders of the engine. */
  readonly earlier: readonly SizedTimes[]
}

/** The part of the bar of each stage. Sampling takes nearly all of the time, so it has nearly all of the bar. */
const SPANS: Readonly<Record<Stage, readonly [number, number]>> = {
  fetching_inputs: [0, 0.03],
  checking_inputs: [0.03, 0.05],
  waiting: [0.05, 0.05],
  loading_models: [0.05, 0.08],
  analysing: [0.05, 0.1],
  sampling: [0.1, 0.95],
  decoding: [0.95, 0.97],
  saving: [0.97, 1],
}

const AFTER: ReadonlySet<Stage> = new Set(['decoding', 'saving'])

/** Below these the speed is noise and the ETA would jump. */
const ETA_MIN_ELAPSED_MS = 500
const ETA_MIN_FRAMES = 10
/** Windows of a render: so many say more than other renders, and no more than the newest are remembered. */
const OWN_WINDOWS_ENOUGH = 3
const OWN_WINDOWS_MAX = 20
/** Between two reports of a render that is silent: some of its parts take minutes. */
export const TICK_MS = 5000

export class ProgressMeter {
  readonly #clock: Clock
  readonly #onReport: (report: ProgressReport) => void
  readonly #basis: ForecastBasis | null
  readonly #startedMs: number
  #latest: RenderProgress | null = null
  #latestMs = 0
  #stageStartedMs = 0
  /** Units that were done at the first report of the stage: a resumed render begins in its middle. */
  #doneAtStart = 0
  #afterStartedMs: number | null = null
  #fraction = 0
  /** Seconds per unit of each window, from its first report to the next window's: with all that is silent. */
  #windowRates: readonly number[] = []
  #window: { readonly number: number; readonly left: number; readonly sinceMs: number } | null =
    null

  constructor(
    clock: Clock,
    onReport: (report: ProgressReport) => void,
    basis: ForecastBasis | null = null,
  ) {
    this.#clock = clock
    this.#onReport = onReport
    this.#basis = basis
    this.#startedMs = clock.monotonicMs()
  }

  report(progress: RenderProgress): void {
    const nowMs = this.#clock.monotonicMs()
    if (progress.stage !== this.#latest?.stage) {
      this.#stageStartedMs = nowMs
      this.#doneAtStart = progress.done
      if (AFTER.has(progress.stage)) this.#afterStartedMs ??= nowMs
    }
    this.#latest = progress
    this.#latestMs = nowMs
    this.#measureWindow(progress, nowMs)
    const [from, to] = SPANS[progress.stage]
    const share = progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0
    this.#fraction = Math.max(this.#fraction, from + (to - from) * share)
    this.#tell(progress, nowMs)
  }

  /** While nothing is reported time passes all the same. */
  tick(): void {
    if (this.#latest !== null) this.#tell(this.#latest, this.#clock.monotonicMs())
  }

  #tell(progress: RenderProgress, nowMs: number): void {
    const left = this.#timeLeft(progress, nowMs)
    this.#onReport({
      ...progress,
      fraction: this.#fraction,
      etaSeconds: left?.seconds ?? null,
      etaRange: left?.range ?? null,
    })
  }

  #timeLeft({ stage, done, total, left, backend }: RenderProgress, nowMs: number) {
    const basis = this.#basis
    const earlier = basis === null ? [] : timesAt(basis.size, backend ?? null, basis.earlier)
    const none = { ownRates: [], isMeasured: false }
    if (AFTER.has(stage)) {
      const seconds = (nowMs - (this.#afterStartedMs ?? nowMs)) / 1000
      return timeLeft({ phase: 'after', seconds, unitsLeft: 0, ...none }, earlier)
    }
    if (stage === 'sampling' && total > 0) {
      const seconds = (nowMs - this.#latestMs) / 1000
      const unitsLeft = left ?? total - done
      return timeLeft({ phase: 'sampling', seconds, unitsLeft, ...this.#measured() }, earlier)
    }
    const seconds = (nowMs - this.#startedMs) / 1000
    return timeLeft({ phase: 'before', seconds, unitsLeft: basis?.units ?? null, ...none }, earlier)
  }

  #measureWindow({ stage, done, total, left, window }: RenderProgress, nowMs: number): void {
    if (stage !== 'sampling' || window === undefined) return
    const before = this.#window
    if (before !== null && window.number <= before.number) return
    const now = left ?? total - done
    this.#window = { number: window.number, left: now, sinceMs: nowMs }
    if (before === null || now >= before.left) return
    const rate = (nowMs - before.sinceMs) / 1000 / (before.left - now)
    this.#windowRates = [...this.#windowRates, rate].slice(-OWN_WINDOWS_MAX)
  }

  #measured(): { readonly ownRates: readonly number[]; readonly isMeasured: boolean } {
    const latest = this.#latest
    if (latest?.window !== undefined) {
      const ownRates = this.#windowRates
      return { ownRates, isMeasured: ownRates.length >= OWN_WINDOWS_ENOUGH }
    }
    const elapsedMs = this.#latestMs - this.#stageStartedMs
    const measured = (latest?.done ?? 0) - this.#doneAtStart
    const isMeasured = measured >= ETA_MIN_FRAMES && elapsedMs >= ETA_MIN_ELAPSED_MS
    return { ownRates: isMeasured ? [elapsedMs / measured / 1000] : [], isMeasured }
  }
}
