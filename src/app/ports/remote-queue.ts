// The port to a rendering task queue on the internet, used by the command line without a hub. A submitted task continues whether or
// not a process waits here; its id is enough to find it again.
import type { RelativeBox } from '@infinitetalk/contract'
import type { AppError } from '../../domain/errors.ts'

export type RemoteTaskState =
  | 'waiting'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'timed_out'
  /** The task waited longer than its service keeps one; it was not rendered. */
  | 'expired'
  | 'canceled'

export interface RemoteTask {
  readonly id: string
  /** Unknown states count as waiting, never as an end. */
  readonly state: RemoteTaskState
  /** The service's own word. */
  readonly status: string
  /** By the clock of the service, until now or its end; null where the service does not report it. */
  readonly waitedSeconds: number | null
  readonly ranSeconds: number | null
  /** The reason why it ended without a video; null when it did not. */
  readonly failure: AppError | null
}

export type RemoteSource = { readonly path: string } | { readonly url: string }

export interface RemoteRequest {
  /** All parameters but the media, by their API names. */
  readonly members: Readonly<Record<string, unknown>>
  readonly kind: 'image' | 'video'
  readonly visual: RemoteSource
  /** One or two, the left speaker first. */
  readonly voices: readonly { readonly source: RemoteSource; readonly box: RelativeBox | null }[]
}

export interface SubmitOptions {
  /** Aborted before the request is sent, nothing is sent. Afterwards the id is awaited, so that no task runs unknown. */
  readonly signal: AbortSignal
  onStep(step: 'checking' | 'storing' | 'sending' | 'queue_full'): void
}

export interface SubmittedTask {
  readonly id: string
  /** The place of inputs that were too large for the request; null when they were part of it. */
  readonly stored: StoredInputs | null
}

export interface StoredInputs {
  /** For a sentence: `infinitetalk-inputs/... on the volume "talks"`. */
  readonly place: string
  /** Call it once the task has ended. Best effort: a leftover costs a few megabytes. */
  remove(): Promise<void>
}

export interface FollowOptions {
  readonly signal: AbortSignal
  onTask(task: RemoteTask): void
  /** The service does not answer; waiting continues. */
  onSilence(error: AppError): void
}

export interface FetchOptions {
  /** The final path; the part that has arrived is beside it under another name. */
  readonly outputPath: string
  readonly signal: AbortSignal
  /** `totalBytes` is null when the sender does not report it. */
  onProgress(doneBytes: number, totalBytes: number | null): void
}

export interface FetchedVideo {
  /** The whole file under a temporary name, verified where the service reports a SHA-256. */
  readonly path: string
  readonly bytes: number
  /** SHA-256 of the received bytes, lower-case hex. */
  readonly sha256: string
  /** Whether the service reported the SHA-256. */
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

/** An endpoint renders while its caller waits: without an id, without progress, and for a fixed time at most. */
export interface RemoteEndpoint {
  /** As a person knows the service: `Beam`. */
  readonly title: string
  /** Time after which the service ends a render. */
  readonly maxSeconds: number
  /**
   * @returns the length of the voice by its header; null when it cannot be known here
   * @throws AppError `path_*`, `image_*`, `audio_*`, `video_*`
   */
  measure(request: RemoteRequest, signal: AbortSignal): Promise<number | null>
  /**
   * An aborted call does not end the render there. `meta.candidates` of an error are the tasks that may still run.
   *
   * @throws AppError `input_too_large`, `job_timeout`, `server_unreachable`, or why the render failed
   */
  call(request: RemoteRequest, options: CallOptions): Promise<FetchedVideo>
}
