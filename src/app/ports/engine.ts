// The engine port: a plan goes in, progress comes out, then a silent video. Engines know nothing of HTTP or of storage.
import type { Stage } from '@infinitetalk/contract'
import type { RemoteRender, WindowCount } from '../../domain/job.ts'
import type { RenderPlan } from '../../domain/plan.ts'
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

export interface Engine {
  readonly name: string
  generate(plan: RenderPlan, context: RenderContext): Promise<RenderedVideo>
}
