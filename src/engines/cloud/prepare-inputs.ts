// The inputs of a render as they are sent: already in the size, frame rate and length of the video, so that they are small and
// the cropping of the machine at the other end does not matter.
import type { RelativeBox } from '@infinitetalk/contract'
import type { RenderContext } from '../../app/ports/engine.ts'
import type { RenderPlan } from '../../domain/plan.ts'

export interface CloudInputs {
  /** A PNG of exactly the plan's size; an MP4 when a video is dubbed. */
  readonly visualPath: string
  /** FLAC, in the order of the plan; none longer than the video. */
  readonly voicePaths: readonly string[]
  /** The place of each speaker in that picture; null where the plan leaves it open. */
  readonly boxes: readonly (RelativeBox | null)[]
  /** Sentences that a person should read. */
  readonly warnings: readonly string[]
}

/** @throws AppError `face_not_listed`, `invalid_request`, `video_*`, `audio_*`, `tool_timeout`, `disk_full`, `canceled` */
export type PrepareInputs = (plan: RenderPlan, context: RenderContext) => Promise<CloudInputs>
