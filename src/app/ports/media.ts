// The media port: untrusted files in, checked facts and safe files out; and the one finishing step of every engine.
import type { Cue, RelativeBox, Turn } from '@infinitetalk/contract'
import type { StagedImage, StagedVideo, StagedVoice } from '../../domain/plan.ts'
import type { SpokenPiece } from '../../domain/time-cues.ts'

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
  /** Captions to burn in; absent for none. */
  readonly captions?: readonly Cue[]
}

/** A spoken piece of a text, a file as the speech program made it. */
export interface PieceToJoin {
  readonly path: string
  /** Silence after it, in seconds. */
  readonly gapSeconds: number
}

export interface JoinedSpeech {
  /** A WAV file. */
  readonly path: string
  readonly seconds: number
  /** Where the voice of each piece is heard, and where it pauses. */
  readonly pieces: readonly SpokenPiece[]
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
  /** @param crop the part that is staged; all of it by default @throws AppError `image_*`, `input_empty` */
  stageImage(path: string, job: MediaJob, crop?: RelativeBox): Promise<StagedImage>
  /** @throws AppError `audio_*`, `input_empty` */
  stageVoice(path: string, job: MediaJob): Promise<StagedVoice>
  /** @throws AppError `video_*`, `input_empty` */
  stageVideo(path: string, job: MediaJob): Promise<StagedVideo>
  /** Puts spoken pieces end to end. @throws AppError `speech_failed`, `audio_too_long`, `tool_*`, `disk_full` */
  joinSpeech(pieces: readonly PieceToJoin[], job: MediaJob): Promise<JoinedSpeech>
  /** Cuts one sound into a track for each of two people, as long as the sound. @throws AppError `disk_full`, `canceled` */
  cutDialogue(
    voice: StagedVoice,
    turns: readonly Turn[],
    job: MediaJob,
  ): Promise<readonly [StagedVoice, StagedVoice]>
  /** Whether captions can be drawn, before hours of work. @throws AppError `captions_unavailable` */
  checkCaptions(cues: readonly Cue[], job: MediaJob): Promise<void>
  /** @throws AppError `output_invalid`, `captions_unavailable`, `tool_failed`, `disk_full` */
  finish(request: FinishRequest, job: MediaJob): Promise<FinishedVideo>
}
