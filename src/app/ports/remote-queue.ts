// A task queue on the internet that renders, spoken to from the command line with no hub in between. What is handed over there
// is the service's: it goes on whether or not anybody waits here, and its id is all that is needed to come back to it.
import type { RelativeBox } from '@infinitetalk/contract'
import type { AppError } from '../../domain/errors.ts'

export type RemoteTaskState =
  | 'waiting'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'timed_out'
  /** It waited longer than its service keeps a task; nothing was rendered. */
  | 'expired'
  | 'canceled'

export interface RemoteTask {
  readonly id: string
  /** States that are not known here count as waiting: never as an end. */
  readonly state: RemoteTaskState
  /** As the service says it. */
  readonly status: string
  /** By the clock of the service, up to now or to its end; null where the service does not say. */
  readonly waitedSeconds: number | null
  readonly ranSeconds: number | null
  /** Why it ended without a video; null when it did not. */
  readonly failure: AppError | null
}

export type RemoteSource = { readonly path: string } | { readonly url: string }

export interface RemoteRequest {
  /** Everything but the media, by the names of the API. */
  readonly members: Readonly<Record<string, unknown>>
  readonly kind: 'image' | 'video'
  readonly visual: RemoteSource
  /** One or two, the left speaker first. */
  readonly voices: readonly { readonly source: RemoteSource; readonly box: RelativeBox | null }[]
}

export interface SubmitOptions {
  /** Ended before anything was sent: nothing is sent. Afterwards the id is waited for, so that nothing goes on unknown. */
  readonly signal: AbortSignal
  onStep(step: 'checking' | 'storing' | 'sending' | 'queue_full'): void
}

export interface SubmittedTask {
  readonly id: string
  /** Where inputs were stored that were too large for the request; null when they went with it. */
  readonly stored: StoredInputs | null
}

export interface StoredInputs {
  /** For a sentence: `infinitetalk-inputs/... on the volume "talks"`. */
  readonly place: string
  /** Once the task has ended. Best effort: what cannot be removed costs a few megabytes. */
  remove(): Promise<void>
}

export interface FollowOptions {
  readonly signal: AbortSignal
  onTask(task: RemoteTask): void
  /** The service does not answer; the waiting goes on. */
  onSilence(error: AppError): void
}

export interface FetchOptions {
  /** Under what name it will be: what has arrived is beside it, under another, until it is whole. */
  readonly outputPath: string
  readonly signal: AbortSignal
  /** `totalBytes` is null when the sender does not say. */
  onProgress(doneBytes: number, totalBytes: number | null): void
}

export interface FetchedVideo {
  /** Whole, of the SHA-256 that its maker says where he says one, and not under its name yet. */
  readonly path: string
  readonly bytes: number
  /** Of what arrived, in small letters. */
  readonly sha256: string
  /** Whether its maker said the SHA-256 too. */
  readonly isVerified: boolean
}

/** Every method fails with an AppError; `server_unreachable` when the service cannot be reached. */
export interface RemoteQueue {
  /** As a person knows the service: `Beam`. */
  readonly title: string
  /** @throws AppError `path_*`, `image_*`, `audio_*`, `video_*`, `input_too_large`, `queue_full`, `engine_unavailable` */
  submit(request: RemoteRequest, options: SubmitOptions): Promise<SubmittedTask>
  /** @throws AppError `job_not_found` */
  look(id: string, signal: AbortSignal): Promise<RemoteTask>
  /** @returns the task at its end, however it ended @throws AppError `job_not_found` */
  follow(id: string, options: FollowOptions): Promise<RemoteTask>
  /** @returns the task once it has ended, by this or by itself @throws AppError `job_not_found` */
  cancel(id: string, signal: AbortSignal): Promise<RemoteTask>
  /** @throws AppError `job_not_found`, `video_not_ready`, `output_*`, `download_damaged`, or why the task failed */
  fetch(id: string, options: FetchOptions): Promise<FetchedVideo>
}

export interface CallOptions {
  readonly outputPath: string
  readonly signal: AbortSignal
  onStep(step: 'storing' | 'calling'): void
}

/** An endpoint renders while its caller holds the line: no id, no news, and an end after a fixed time. */
export interface RemoteEndpoint {
  /** As a person knows the service: `Beam`. */
  readonly title: string
  /** How long it renders before the service ends it. */
  readonly maxSeconds: number
  /**
   * @returns how long the voice is by its header; null when that cannot be known here
   * @throws AppError `path_*`, `image_*`, `audio_*`, `video_*`
   */
  measure(request: RemoteRequest, signal: AbortSignal): Promise<number | null>
  /**
   * Whoever goes away ends nothing there. `meta.candidates` of an error are the tasks that may go on for nobody.
   *
   * @throws AppError `input_too_large`, `job_timeout`, `server_unreachable`, or why the render failed
   */
  call(request: RemoteRequest, options: CallOptions): Promise<FetchedVideo>
}
