// The input and the result of a render in windows.
import type { RenderContext } from '../../../app/ports/engine.ts'
import type { StoredWindow, WindowMemory } from '../../../app/ports/window-memory.ts'
import type { LostRender, MemoryStep, WindowCount } from '../../../domain/job.ts'
import type { RenderPlan } from '../../../domain/plan.ts'
import type { WindowStep } from '../../../domain/window-steps.ts'
import type { MediaTools } from '../../../media/media-tools.ts'
import type { VoiceTrack } from '../../../media/voice-track.ts'
import type { Template } from '../../../workflow/template.ts'
import type { Backend } from '../backend.ts'
import type { ComfyApi } from '../comfy-api.ts'
import type { FollowTimes } from '../follow-times.ts'
import type { Relief } from '../memory/remedies.ts'
import type { SocketTimes } from '../progress-socket.ts'
import type { Seam } from './seam.ts'
import type { WindowInputs } from './window-inputs.ts'
import type { WindowSampling } from './window-sampling.ts'

export interface WindowedRender {
  readonly api: ComfyApi
  readonly backend: Backend
  readonly template: Template
  readonly plan: RenderPlan
  readonly sampling: WindowSampling
  /** The part of the video that this chain of windows renders. */
  readonly piece: Piece
  readonly media: MediaTools
  readonly voice: VoiceTrack
  readonly prepare: () => Promise<WindowInputs>
  readonly context: RenderContext
  /** The windows of the piece. */
  readonly windows: WindowMemory
  /** Windows that earlier tries of this attempt began, where nobody keeps records. */
  readonly tally: { begun: number }
  readonly relief: Relief
  /** Steps against a lack of memory, of all attempts. */
  readonly memorySteps: readonly MemoryStep[]
  /** Renders of this job that may still run on machines it left. */
  readonly lost: readonly LostRender[]
  readonly windowMs: number
  readonly times: FollowTimes
  readonly socketTimes: SocketTimes
}

export interface Piece {
  readonly steps: readonly WindowStep[]
  /** null for the first one. */
  readonly before: Seam | null
  /** null for the last one. */
  readonly after: Seam | null
}

export interface WindowedResult {
  /** In order. */
  readonly stored: readonly StoredWindow[]
  readonly warnings: readonly string[]
  readonly windows: WindowCount
}
