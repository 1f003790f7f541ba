// The renderer port: the whole way of a render, from sources to a verified file, wherever it runs. In a process of its own it
// can be killed without harm, and what it parses cannot hurt the hub.
import type { GenerationSpec, StepUnit } from '@infinitetalk/contract'
import type { WindowCount } from '../../domain/job.ts'
import type { SizedSpeed } from '../../domain/speed.ts'
import type { FinishedNode, RemoteRenderMemory, RenderProgress } from './engine.ts'
import type { FinishedVideo } from './media.ts'
import type { WindowMemory } from './window-memory.ts'

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

export interface Renderer {
  /** What sampling counts on this engine. */
  unitOf(engine: string): Extract<StepUnit, 'frames' | 'steps'>
  /** @throws AppError any code of a render; `engine_crashed` when its process died */
  render(request: RenderRequest): Promise<RenderResult>
}
