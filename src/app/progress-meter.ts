// Turns the progress of the stages into one fraction of the whole work and the seconds left. Both are measured: the fraction from
// finished frames, the time from the speed of this render. The fraction never decreases.
import type { Stage } from '@infinitetalk/contract'
import type { Clock } from './ports/clock.ts'
import type { RenderProgress } from './ports/engine.ts'

export interface ProgressReport extends RenderProgress {
  /** 0..1 of the whole work. */
  readonly fraction: number
  /** Seconds left; null until enough has been measured. */
  readonly etaSeconds: number | null
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

/** Below these the speed is noise and the ETA would jump. */
const ETA_MIN_ELAPSED_MS = 500
const ETA_MIN_FRAMES = 10

export class ProgressMeter {
  readonly #clock: Clock
  readonly #onReport: (report: ProgressReport) => void
  readonly #learntSecondsPerUnit: number | null
  #stage: Stage | null = null
  #stageStartedMs = 0
  /** Units that were done at the first report of the stage: a resumed render begins in its middle. */
  #doneAtStart = 0
  #fraction = 0

  /** @param learntSecondsPerUnit seconds per unit of sampling in earlier renders; used until this render is measured */
  constructor(
    clock: Clock,
    onReport: (report: ProgressReport) => void,
    learntSecondsPerUnit: number | null = null,
  ) {
    this.#clock = clock
    this.#onReport = onReport
    this.#learntSecondsPerUnit = learntSecondsPerUnit
  }

  report(progress: RenderProgress): void {
    const nowMs = this.#clock.monotonicMs()
    if (progress.stage !== this.#stage) {
      this.#stage = progress.stage
      this.#stageStartedMs = nowMs
      this.#doneAtStart = progress.done
    }
    const [from, to] = SPANS[progress.stage]
    const share = progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0
    this.#fraction = Math.max(this.#fraction, from + (to - from) * share)
    this.#onReport({
      ...progress,
      fraction: this.#fraction,
      etaSeconds: this.#etaSeconds(progress, nowMs),
    })
  }

  #etaSeconds(progress: RenderProgress, nowMs: number): number | null {
    const { stage, done, total } = progress
    if (stage !== 'sampling' || total <= 0) return null
    const elapsedMs = nowMs - this.#stageStartedMs
    const measured = done - this.#doneAtStart
    const isMeasured = measured >= unitsToMeasure(progress) && elapsedMs >= ETA_MIN_ELAPSED_MS
    const secondsPerUnit = isMeasured ? elapsedMs / measured / 1000 : this.#learntSecondsPerUnit
    return secondsPerUnit === null ? null : secondsPerUnit * (total - done)
  }
}

/** No progress comes between two windows, so only a whole window with its pause predicts the others. */
function unitsToMeasure({ total, window }: RenderProgress): number {
  return window === undefined ? ETA_MIN_FRAMES : Math.ceil(total / window.count)
}
