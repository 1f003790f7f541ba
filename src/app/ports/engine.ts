// The engine port: what an engine can do, whether it is ready, and how it renders. A plan goes in, progress comes out, then a silent
// video. Engines know nothing of HTTP or of storage.
import type { GenerationSpec, InputType, Stage, StepUnit } from '@infinitetalk/contract'
import type { EngineCapabilities } from '../../domain/capabilities.ts'
import type { RemoteRender, WindowCount } from '../../domain/job.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import type { SamplingRequest, WindowedSampling } from '../../domain/presets.ts'
import type { SizedSpeed } from '../../domain/speed.ts'
import type { FinishedVideo } from './media.ts'
import type { WindowMemory } from './window-memory.ts'

export interface RenderProgress {
  readonly stage: Stage
  /** How much of the stage is done, in its own units (frames when sampling); `total` 0 means not known. */
  readonly done: number
  readonly total: number
  /** Of an engine that works in windows, while it samples: the window it is in, from 1, of how many. */
  readonly window?: { readonly number: number; readonly count: number }
}

/** A node of a graph that has run. */
export interface FinishedNode {
  readonly nodeId: string
  readonly nodeClass: string
  readonly durationMs: number
}

/** Remembers, across restarts of this program, where a render goes on. For engines on other machines. */
export interface RemoteRenderMemory {
  /** What an earlier attempt kept; null at the first. */
  readonly found: RemoteRender | null
  /** Durable when it returns: call it before the work is handed over. @throws AppError when this attempt is not the running one */
  keep(remote: RemoteRender): Promise<void>
}

export interface RenderContext {
  /** An empty folder of this render's own; the caller removes it. */
  readonly workDir: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: RenderProgress) => void
  /** Takes how it looks now, a small JPEG (see latest-frame.ts), whenever there is one. Absent where nobody looks. */
  readonly onFrame?: (jpeg: Uint8Array) => void
  /** Takes each node of the engine's graph that took long, when it is done. Absent where nobody keeps a log. */
  readonly onNode?: (node: FinishedNode) => void
  /** Absent where nobody could go on with a render: the command line ends with its own. */
  readonly remote?: RemoteRenderMemory
  /** Keeps finished windows of an engine that renders in steps. Absent where nobody could go on with them. */
  readonly windows?: WindowMemory
  /** What earlier renders at this size took per unit of sampling (see MeasuredSpeed); null or absent when nothing is known. */
  readonly learntSecondsPerUnit?: number | null
}

export interface RenderedVideo {
  /** H.264 yuv420p bt709 at 25 fps without sound, inside the work folder, with at least the frames of the plan. */
  readonly path: string
  readonly frames: number
  /** Of a render in steps. */
  readonly windows?: WindowCount
  /** Sentences a person should read, e.g. that the face is small. */
  readonly warnings: readonly string[]
  /** What the file's metadata must say of how it was made. */
  readonly comment: string
}

/** A whole render, from the sources of a request to a verified file. */
export interface RenderRequest {
  readonly spec: GenerationSpec
  /** An empty folder of this render's own; the caller removes it. */
  readonly workDir: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: RenderProgress) => void
  /** Takes how it looks now, a small JPEG (see latest-frame.ts), whenever there is one. Absent where nobody looks. */
  readonly onFrame?: (jpeg: Uint8Array) => void
  /** Takes each node of the engine's graph that took long. Absent where nobody keeps a log. */
  readonly onNode?: (node: FinishedNode) => void
  readonly remote: RemoteRenderMemory
  /** Absent where nobody keeps windows. */
  readonly windows?: WindowMemory
  /** Of its engine, as measured on this hub. */
  readonly measuredSpeeds: readonly SizedSpeed[]
}

export interface RenderResult extends FinishedVideo {
  readonly engine: string
  readonly seed: number
  /** Of a render in steps. */
  readonly windows?: WindowCount
  readonly warnings: readonly string[]
}

/** A workflow that a request may name. */
export interface WorkflowSummary {
  readonly name: string
  readonly inputType: InputType
  readonly speakers: number
  /** What can be set in it. */
  readonly parameters: readonly string[]
}

export interface Engine extends Partial<AsyncDisposable> {
  /** What a request names, as ENGINE_NAME in the contract. */
  readonly name: string
  readonly capabilities: EngineCapabilities
  /**
   * `child`: in a process of its own, which a crash or a kill takes with it. `hub`: in the hub's process, because the work is done on
   * another machine, or by a server that is one for all jobs.
   */
  readonly runsIn: 'child' | 'hub'
  /** What its progress counts while it samples. */
  readonly samplingUnit: Extract<StepUnit, 'frames' | 'steps'>
  /** Whether inputs are decoded before they are accepted. Only an engine that never looks at them may say no. */
  readonly probesInputs: boolean
  /** Whether its measured speed foretells a render's length. Not where a render also waits in somebody's queue. */
  readonly isPredictable: boolean
  /** How it samples the video of a request; null when it renders frame by frame. */
  samplingOf(request: SamplingRequest): WindowedSampling | null
  /** One sentence why it cannot work now; null when it can. */
  health(): Promise<string | null>
  /** What this engine can be asked to run by name. */
  workflows?(): Promise<readonly WorkflowSummary[]>
  /** Rejects at once what only this engine knows it cannot do. @throws AppError */
  checkRequest?(request: Omit<GenerationSpec, 'visual'>): Promise<void>
  generate(plan: RenderPlan, context: RenderContext): Promise<RenderedVideo>
  /** Takes the place of staging, `generate` and finishing. For an engine that looks at no input. */
  renderWhole?(request: RenderRequest): Promise<RenderResult>
  /** Ends a render on another machine that nobody here waits for any more. @throws AppError `engine_unreachable` */
  abandon?(remote: RemoteRender, signal: AbortSignal): Promise<void>
}

/** By name, the best one first. */
export type Engines = ReadonlyMap<string, Engine>
