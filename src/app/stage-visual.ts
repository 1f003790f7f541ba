// Stages the picture or the video that is animated.
import type { GenerationSpec } from '@infinitetalk/contract'
import type { StagedInputs } from '../domain/generation.ts'
import type { Media, MediaJob } from './ports/media.ts'

/** @throws AppError `image_*`, `video_*`, `input_empty` */
export async function stageVisual(
  { inputType, crop }: Pick<GenerationSpec, 'inputType' | 'crop'>,
  path: string,
  job: MediaJob,
  media: Media,
): Promise<StagedInputs['visual']> {
  return inputType === 'video'
    ? { kind: 'video', video: await media.stageVideo(path, job) }
    : { kind: 'image', image: await media.stageImage(path, job, crop) }
}
