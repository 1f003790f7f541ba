// Writes the progress of a render into its row: a new stage at once, and once a second within a stage. A slow store makes the steps
// larger and never delays the render. Nodes that have ended are written along. Measures the time of each stage.
import type { Stage, StepUnit } from '@infinitetalk/contract'
import type { FinishedNode, Job, MemoryStep } from '../../domain/job.ts'
import { changeJob, type JobEdits } from '../jobs/change-job.ts'
import type { RenderProgress } from '../ports/engine.ts'
import {
  type ForecastBasis,
  ProgressMeter,
  type ProgressReport,
  TICK_MS,
} from '../progress-meter.ts'
import type { ClaimPorts } from './claim-job.ts'

const WRITE_EVERY_MS = 1000

/** Events of nodes stay until the job is deleted, and an hour of video has thousands of nodes. The log has all of them. */
const MAX_NODE_EVENTS = 100

/** Stages of one rank alternate; a stage of a higher rank ends them for good. */
const RANK: Readonly<Record<Stage, number>> = {
  fetching_inputs: 0,
  checking_inputs: 0,
  waiting: 1,
  loading_models: 2,
  analysing: 2,
  sampling: 3,
  decoding: 4,
  saving: 5,
}

export interface ProgressRecorderOptions {
  readonly job: Job
  readonly samplingUnit: Extract<StepUnit, 'frames' | 'steps'>
  /** The expected time; null when the size of the video is not known. */
  readonly forecast: ForecastBasis | null
  /** Called when the attempt is over: another worker has the job, or it has ended. */
  readonly onRefused: () => void
  readonly ports: ClaimPorts
}

export class ProgressRecorder {
  readonly #options: ProgressRecorderOptions
  readonly #meter: ProgressMeter
  readonly #stageMs: Partial<Record<Stage, number>> = {}
  /** Stages whose time is in the log already. */
  readonly #told = new Set<Stage>()
  readonly #ticking: NodeJS.Timeout
  #stage: Stage | null = null
  #stageStartedMs: number
  #writtenMs = 0
  /** Not written yet. */
  #nodes: FinishedNode[] = []
  #nodeEvents = 0
  #writing: Promise<void> = Promise.resolve()
  #busy = false
  #isAway = false
  #ended = false

  constructor(options: ProgressRecorderOptions) {
    this.#options = options
    // The preparation counts for the first stage.
    this.#stageStartedMs = options.ports.clock.monotonicMs()
    this.#meter = new ProgressMeter(
      options.ports.clock,
      (report) => this.#onReport(report),
      options.forecast,
    )
    this.#ticking = setInterval(() => this.#meter.tick(), TICK_MS)
  }

  readonly report = (progress: RenderProgress): void => {
    if (!this.#ended) this.#meter.report(progress)
  }

  readonly reportNode = (node: FinishedNode): void => {
    const { job, ports } = this.#options
    ports.observer.observe({ type: 'job.node', jobId: job.id, engine: job.engine, ...node })
    if (this.#nodeEvents === MAX_NODE_EVENTS) return
    this.#nodeEvents += 1
    this.#nodes.push(node)
  }

  /** Durable when it returns; nothing when the attempt is over. */
  readonly reportMemoryStep = async (step: MemoryStep): Promise<void> => {
    const { job, ports, onRefused } = this.#options
    const event = { type: 'progress', attempt: job.attempt } as const
    const changed = await changeJob(job.id, { event, edits: { memoryStep: step } }, ports)
    if (changed === null || changed.transition.kind === 'refused') onRefused()
  }

  /** Nothing is written after this has returned. @returns milliseconds in each stage */
  async end(): Promise<Job['stageMs']> {
    this.#endStage(this.#options.ports.clock.monotonicMs())
    this.#tellStagesBefore(Number.POSITIVE_INFINITY)
    this.#ended = true
    clearInterval(this.#ticking)
    await this.#writing
    // A store that is away must not hold up the end.
    if (this.#nodes.length > 0 && !this.#isAway) await this.#write({})
    return { ...this.#stageMs }
  }

  #onReport(report: ProgressReport): void {
    const nowMs = this.#options.ports.clock.monotonicMs()
    const isNewStage = report.stage !== this.#stage
    if (isNewStage) {
      this.#endStage(nowMs)
      this.#stage = report.stage
      this.#tellStagesBefore(RANK[report.stage])
    }
    const { stage, done, total, window, fraction, etaSeconds, etaRange } = report
    const ofWindows = window === undefined ? {} : { window: window.number, windows: window.count }
    const step = { done, total, unit: this.#unitOf(stage), ...ofWindows }
    const progress = { stage, fraction, step, etaSeconds, etaRange }
    if (this.#busy || (!isNewStage && nowMs - this.#writtenMs < WRITE_EVERY_MS)) return
    this.#writtenMs = nowMs
    this.#busy = true
    this.#isAway = false
    this.#writing = this.#write({
      progress,
      stageMs: { ...this.#stageMs },
    }).finally(() => {
      this.#busy = false
    })
  }

  /** @param edits also brings the nodes that have ended */
  async #write(edits: Pick<JobEdits, 'progress' | 'stageMs'>): Promise<void> {
    const { job, ports, onRefused } = this.#options
    const nodes = this.#nodes
    this.#nodes = []
    const event = { type: 'progress', attempt: job.attempt } as const
    try {
      const changed = await changeJob(job.id, { event, edits: { ...edits, nodes } }, ports)
      if (changed === null || changed.transition.kind === 'refused') onRefused()
    } catch (error) {
      // Progress may be lost; the heartbeat notices a store that stays away.
      this.#isAway = true
      ports.observer.observe({ type: 'hub.trouble', where: 'progress', error })
    }
  }

  #endStage(nowMs: number): void {
    if (this.#stage === null || this.#ended) return
    const stageStartedMs = this.#stageStartedMs
    this.#stageStartedMs = nowMs
    const durationMs = nowMs - stageStartedMs
    this.#stageMs[this.#stage] = (this.#stageMs[this.#stage] ?? 0) + durationMs
  }

  /** Reports each stage once, when it cannot come again. */
  #tellStagesBefore(rank: number): void {
    const { job, ports } = this.#options
    const { id: jobId, engine } = job
    for (const [name, durationMs] of Object.entries(this.#stageMs)) {
      const stage = name as Stage
      if (RANK[stage] >= rank || this.#told.has(stage)) continue
      this.#told.add(stage)
      ports.observer.observe({ type: 'job.stage', jobId, engine, stage, durationMs })
    }
  }

  #unitOf(stage: Stage): StepUnit {
    if (stage === 'fetching_inputs') return 'bytes'
    return stage === 'sampling' ? this.#options.samplingUnit : 'items'
  }
}
