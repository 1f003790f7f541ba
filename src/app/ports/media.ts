// The media port: untrusted files in, checked facts and safe files out; and the one finishing step of every engine.
import type { StagedImage, StagedVideo, StagedVoice } from '../../domain/plan.ts'

export interface MediaJob {
  /** The folder for new files; belongs to this render. */
  readonly workDir: string
  readonly signal: AbortSignal
}

export interface FinishRequest {
  /** The engine's video: H.264, its sound is ignored. */
  readonly videoPath: string
  /** The original audio; several are mixed. */
  readonly audioPaths: readonly string[]
  /** Length of the audio in seconds, counted in decoded samples. */
  readonly seconds: number
  /** Frames the finished video must have. */
  readonly frames: number
  readonly fps: number
  /** Written to the file's comment tag. */
  readonly comment: string
}

export interface FinishedVideo {
  readonly path: string
  readonly posterPath: string
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly frames: number
  readonly seconds: number
}

export interface Media {
  /** @throws AppError `image_*`, `input_empty` */
  stageImage(path: string, job: MediaJob): Promise<StagedImage>
  /** @throws AppError `audio_*`, `input_empty` */
  stageVoice(path: string, job: MediaJob): Promise<StagedVoice>
  /** @throws AppError `video_*`, `input_empty` */
  stageVideo(path: string, job: MediaJob): Promise<StagedVideo>
  /** @throws AppError `output_invalid`, `tool_failed`, `disk_full` */
  finish(request: FinishRequest, job: MediaJob): Promise<FinishedVideo>
}
