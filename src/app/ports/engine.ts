// The engine port: what an engine can do, whether it is ready, and how it renders. A plan goes in, progress comes out, then a silent
// video. Engines know nothing of HTTP or of storage.
import type { GenerationSpec, InputType, Stage, StepUnit } from '@infinitetalk/contract'
import type { BackendStatus } from '../../domain/backend-status.ts'
import type { EngineCapabilities } from '../../domain/capabilities.ts'
import type { FinishedNode, MemoryStep, RemoteRender, WindowCount } from '../../domain/job.ts'
import type { RenderPlan, SamplingChoices } from '../../domain/plan.ts'
import type { SamplingRequest, WindowedSampling } from '../../domain/presets.ts'
import type { SizedSpeed } from '../../domain/speed.ts'
import type { FinishedVideo } from './media.ts'
import type { WindowMemory } from './window-memory.ts'

export type { BackendStatus }

export interface RenderProgress {
  readonly stage: Stage
  /** Finished part of the stage, in its own units (frames when sampling); `total` 0 means unknown. */
  readonly done: number
  readonly total: number
  /** Units still to do, where they differ from `total - done`: the last window may be short. */
  readonly left?: number
  /** The machine that renders, of an engine with several. */
  readonly backend?: string
  /** While an engine with windows samples: the present window, from 1, and their number. */
  readonly window?: { readonly number: number; readonly count: number }
}

/** Remembers a render on another machine across restarts of this program. */
export interface RemoteRenderMemory {
  /** The newest record, of an earlier attempt or of this one; null at first. */
  readonly found: RemoteRender | null
  /** Durable when it returns; call it before the work is submitted. @throws AppError when this attempt is not the running one */
  keep(remote: RemoteRender): Promise<void>
}

export interface RenderContext {
  /** An empty folder of this render's own; the caller removes it. */
  readonly workDir: string
  /** Absent on the command line. */
  readonly jobId?: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: RenderProgress) => void
  /** Takes how it looks now, a small JPEG (see latest-frame.ts), whenever there is one. Absent where nobody looks. */
  readonly onFrame?: (jpeg: Uint8Array) => void
  /** Takes each node of the engine's graph that took long, when it is done. Absent where nobody keeps a log. */
  readonly onNode?: (node: FinishedNode) => void
  /** Takes each step against a lack of memory, before it is taken. Absent where nobody keeps events. */
  readonly onMemoryStep?: (step: MemoryStep) => Promise<void>
  /** Absent where no later process could resume the render: the command line ends with its own. */
  readonly remote?: RemoteRenderMemory
  /** Keeps finished windows of an engine that renders in steps. Absent where no later attempt could resume. */
  readonly windows?: WindowMemory
  /** Seconds per unit of sampling of earlier renders at this size (see MeasuredSpeed); null or absent when unknown. */
  readonly learntSecondsPerUnit?: number | null
}

export interface RenderedVideo {
  /** H.264 yuv420p bt709 at 25 fps, inside the work folder, with at least the frames of the plan. Sound in it is not used. */
  readonly path: string
  readonly frames: number
  /** Only for a render in steps. */
  readonly windows?: WindowCount
  /** Absent when memory did not run out. */
  readonly memorySteps?: readonly MemoryStep[]
  /** The machine that rendered it, of an engine with several. */
  readonly backend?: string
  /** Sentences a person should read, e.g. that the face is small. */
  readonly warnings: readonly string[]
  /** The comment of the file: how it was made. */
  readonly comment: string
}

/** A whole render, from the sources of a request to a verified file. */
export interface RenderRequest {
  readonly spec: GenerationSpec
  readonly jobId: string
  /** An empty folder of this render's own; the caller removes it. */
  readonly workDir: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: RenderProgress) => void
  /** Takes how it looks now, a small JPEG (see latest-frame.ts), whenever there is one. Absent where nobody looks. */
  readonly onFrame?: (jpeg: Uint8Array) => void
  /** Takes each node of the engine's graph that took long. Absent where nobody keeps a log. */
  readonly onNode?: (node: FinishedNode) => void
  /** Takes each step against a lack of memory, before it is taken. Absent where nobody keeps events. */
  readonly onMemoryStep?: (step: MemoryStep) => Promise<void>
  readonly remote: RemoteRenderMemory
  /** Absent where nobody keeps windows. */
  readonly windows?: WindowMemory
  /** Speeds of its engine, measured on this hub. */
  readonly measuredSpeeds: readonly SizedSpeed[]
}

export interface RenderResult extends FinishedVideo {
  readonly engine: string
  readonly seed: number
  /** Only for a render in steps. */
  readonly windows?: WindowCount
  readonly memorySteps?: readonly MemoryStep[]
  readonly backend?: string
  readonly warnings: readonly string[]
}

/** The part of a request that decides about its need. */
export type NeedRequest = Pick<GenerationSpec, 'workflow' | 'inputType' | 'personCount'>

/** A workflow that a request can name. */
export interface WorkflowSummary {
  readonly name: string
  readonly inputType: InputType
  readonly speakers: number
  /** Its parameters. */
  readonly parameters: readonly string[]
}

export interface Engine extends Partial<AsyncDisposable> {
  /** The name in requests; matches ENGINE_NAME of the contract. */
  readonly name: string
  readonly capabilities: EngineCapabilities
  /**
   * `child`: in a process of its own, so that a crash ends only the render. `hub`: in the hub's process, because another machine or
   * one server for all jobs does the work.
   */
  readonly runsIn: 'child' | 'hub'
  /** True for an engine that makes quick previews: it never replaces another engine that is configured and not ready. */
  readonly onlyPreviews?: true
  /** Whether it may render window by window and keep each, so that the video can be watched while it grows. */
  readonly keepsWindows?: true
  /** The unit of its progress while it samples. */
  readonly samplingUnit: Extract<StepUnit, 'frames' | 'steps'>
  /** Whether inputs are decoded before they are accepted; false only for an engine that never reads them. */
  readonly probesInputs: boolean
  /** Whether its measured speed predicts the time of a render; false where a render also waits in another queue. */
  readonly isPredictable: boolean
  /** The sampling of a request; null for an engine that renders frame by frame. */
  samplingOf(request: SamplingRequest): WindowedSampling | null
  /** One sentence that says why it cannot work now; null when it can. */
  health(): Promise<string | null>
  /** The need of a request beside this engine (see worker-needs.ts). Absent: every process with this engine can render it. */
  needOf?(request: NeedRequest): string
  /** Each need that requests may have: null when this process meets it, else why not, in one sentence. Never rejects. */
  needs?(): Promise<ReadonlyMap<string, string | null>>
  /** The machines that render for it, each with its record. Absent for an engine that needs none. */
  backends?(): Promise<readonly BackendStatus[]>
  /** Workflows that a request can name. */
  workflows?(): Promise<readonly WorkflowSummary[]>
  /** Rejects requests that only this engine knows to be impossible. @throws AppError */
  checkRequest?(request: Omit<GenerationSpec, 'visual'>): Promise<void>
  /** A sentence about a request that it renders otherwise than asked; null when there is none. */
  noteOn?(request: SamplingChoices): string | null
  generate(plan: RenderPlan, context: RenderContext): Promise<RenderedVideo>
  /** Replaces staging, `generate` and finishing, for an engine that reads no input. */
  renderWhole?(request: RenderRequest): Promise<RenderResult>
  /** Ends a render on another machine whose job has ended. @throws AppError `engine_unreachable` */
  abandon?(remote: RemoteRender, signal: AbortSignal): Promise<void>
}

/** By name, best first. */
export type Engines = ReadonlyMap<string, Engine>
