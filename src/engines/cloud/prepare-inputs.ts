// The inputs of a render as they travel: already of the size, the rate and the length of the video, so that they are small
// and that it does not matter how the machine at the other end would crop or cut.
import type { RelativeBox } from '@infinitetalk/contract'
import type { RenderContext } from '../../app/ports/engine.ts'
import type { RenderPlan } from '../../domain/plan.ts'

export interface CloudInputs {
  /** A PNG of exactly the plan's size; an MP4 when a video is dubbed. */
  readonly visualPath: string
  /** FLAC, in the order of the plan; none longer than the video. */
  readonly voicePaths: readonly string[]
  /** Where each speaker is in that picture; null where the plan leaves it open. */
  readonly boxes: readonly (RelativeBox | null)[]
  /** Sentences a person should read. */
  readonly warnings: readonly string[]
}

/** @throws AppError `face_not_listed`, `invalid_request`, `video_*`, `audio_*`, `tool_timeout`, `disk_full`, `canceled` */
export type PrepareInputs = (plan: RenderPlan, context: RenderContext) => Promise<CloudInputs>
