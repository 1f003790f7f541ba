// The hub as its transports see it: HTTP and tests call this and nothing below it. Ids come in as text, because a text that
// cannot be an id names a job that does not exist. Answers are domain types; each transport puts them into its own words.

import type { Size } from '@infinitetalk/arithmetic'
import type {
  CreateFileRequest,
  Cue,
  DeliveryStatus,
  EstimateResource,
  JobStatus,
  Source,
  SpeechRequest,
} from '@infinitetalk/contract'
import type { Delivery } from '../domain/delivery.ts'
import type { AppError } from '../domain/errors.ts'
import type { Job, JobEvent } from '../domain/job.ts'
import type { LatestFrame } from '../domain/latest-frame.ts'
import type { HubBatches } from './hub-batches.ts'
import type { Caller, OpenedVideo, SubmitOptions } from './hub-requests.ts'
import type { HubModels, HubStatus } from './hub-status.ts'
import type { FoundFace } from './ports/faces.ts'
import type { UploadedFile } from './ports/file-store.ts'

export type * from './hub-batches.ts'
export type * from './hub-requests.ts'
export type * from './hub-status.ts'

export interface Hub {
  readonly jobs: HubJobs
  readonly batches: HubBatches
  readonly files: HubFiles
  readonly status: HubStatus
  readonly models: HubModels
  readonly links: HubLinks
  readonly keys: HubKeys
  readonly webhooks: HubWebhooks
}

export interface DeliveryPage {
  readonly deliveries: readonly Delivery[]
  /** Null after the last page. */
  readonly nextCursor: string | null
}

export interface HubWebhooks {
  /** Newest first. */
  list(query: {
    /** Null or absent: deliveries of all keys. */
    readonly ownerKey?: string | null
    readonly status: DeliveryStatus | null
    readonly limit: number
    readonly cursor: string | null
  }): Promise<DeliveryPage>
  /** @throws AppError `job_not_found`, `job_expired` */
  ofJob(id: string): Promise<readonly Delivery[]>
  /** @param ownerKey null or absent: a delivery of any key @throws AppError `delivery_not_found` */
  redeliver(id: string, ownerKey?: string | null): Promise<Delivery>
  /** The secrets that sign the events of a caller. @throws AppError `webhook_secret_missing` */
  secrets(caller: Caller): readonly string[]
}

/** The API keys of the store; the configuration may have further ones. */
export interface HubKeys {
  readonly isEmpty: boolean
  /** @param hash SHA-256 of the presented key, in hex */
  find(hash: string): Promise<Caller | null>
  /** Counts a request of the caller. @throws AppError `store_unavailable` */
  admit(caller: Caller): Promise<Admission>
}

export interface Admission {
  /** The allowances that the rules of the key limit; empty without limits. */
  readonly allowances: readonly Allowance[]
  /** `rate_limited`, when the request is one too many. */
  readonly refusal: AppError | null
}

export interface Allowance {
  readonly policy: 'requests' | 'video-seconds'
  readonly limit: number
  readonly windowS: number
  readonly remaining: number
  /** Seconds until the whole limit is there again. */
  readonly resetS: number
}

export interface HubLinks {
  /** The present secret of signed links. */
  secret(): string
}

/** A job with its present place in the queue and time left. */
export interface JobView {
  readonly job: Job
  /** From 1; null when the job does not wait, or waits too far back to be counted. */
  readonly queuePosition: number | null
  /** Seconds until its end; null when unknown. */
  readonly etaSeconds: number | null
  /** Where the measurements differ: between so many seconds. */
  readonly etaRange: readonly [number, number] | null
  /** Why no worker takes the job now, in one sentence; null while one will. */
  readonly waitingReason: string | null
  readonly nowMs: number
}

/** The changes of a retry to the job it repeats. */
export interface RetryChanges {
  /** Null keeps the job's own. */
  readonly seed: number | null
}

/** The changes of a re-take to the job whose first windows it keeps; null keeps what the job had. */
export interface RetakeChanges {
  /** The window that shows this moment is the first one to be rendered again. */
  readonly fromSeconds: number
  /** Null draws one. */
  readonly seed: number | null
  readonly prompts: readonly string[] | null
  readonly steps: number | null
}

export interface SubmittedJob {
  readonly view: JobView
  /** The key was used before for the same request, so this is its job. */
  readonly replayed: boolean
}

export interface JobPage {
  readonly views: readonly JobView[]
  /** Null after the last page. */
  readonly nextCursor: string | null
}

/** The windows of a video that are kept so far. */
export interface StreamView {
  /** No window will follow. */
  readonly ended: boolean
  /** The length of each, in order. */
  readonly seconds: readonly number[]
}

export type CancelOutcome =
  /** The job had not started and is canceled now. */
  | { readonly outcome: 'canceled'; readonly view: JobView }
  /** The job runs; its engine is being stopped. */
  | { readonly outcome: 'requested'; readonly view: JobView }

export interface HubJobs {
  /**
   * Accepts a request: when this returns, the job survives kill -9 and power loss.
   *
   * @param body as parsed from JSON, structured or flat; multipart parts are first given to `files.receive`
   * @throws AppError any code of the request and its inputs; `queue_full`, `quota_exceeded`, `priority_forbidden`, `disk_full`, `stopping`, `idempotency_*`
   */
  submit(body: unknown, options: SubmitOptions): Promise<SubmittedJob>
  /** Estimates a request. @throws AppError as `submit`, except those of the queue */
  estimate(
    body: unknown,
    options: Pick<SubmitOptions, 'caller' | 'signal'>,
  ): Promise<EstimateResource>
  /** @throws AppError `job_not_found`, `job_expired` */
  get(id: string): Promise<JobView>
  /** The owner of a job, also of one that has expired; null for an id without a job. */
  ownerOf(id: string): Promise<string | null>
  /**
   * Newest first. A page of a search may hold fewer jobs than its limit although another page follows.
   *
   * @throws AppError `cursor_invalid`
   */
  list(query: {
    readonly status: JobStatus | null
    /** Null or absent: jobs of all keys. */
    readonly ownerKey?: string | null
    /** Found in a prompt, a value of the metadata or the id; ignores case. */
    readonly search?: string | null
    readonly limit: number
    readonly cursor: string | null
  }): Promise<JobPage>
  /**
   * Returns the job once its version is above `sinceVersion`, once it has ended, after `waitMs`, or when aborted.
   *
   * @throws AppError `job_not_found`, `job_expired`
   */
  waitForChange(
    id: string,
    wait: { readonly sinceVersion: number; readonly waitMs: number; readonly signal: AbortSignal },
  ): Promise<JobView>
  /** The same, until the job has ended. */
  waitForEnd(
    id: string,
    wait: { readonly waitMs: number; readonly signal: AbortSignal },
  ): Promise<JobView>
  /**
   * The events above `afterSequence`, then new ones as they come. Ends after the job's last event, and without an error when
   * aborted or when the job is removed.
   *
   * @throws AppError `job_not_found`, `job_expired`
   */
  events(id: string, afterSequence: number, signal: AbortSignal): AsyncIterable<JobEvent>
  /** @throws AppError `job_not_found`, `job_expired`, `job_finished` */
  cancel(id: string): Promise<CancelOutcome>
  /** Cancels the caller's waiting jobs, not the running ones. @returns the number of canceled jobs */
  purge(caller: Caller): Promise<number>
  /** A new job with the same input. @throws AppError `job_not_found`, `job_expired`, `job_not_finished`, `queue_full` */
  retry(id: string, changes: RetryChanges, options: SubmitOptions): Promise<SubmittedJob>
  /**
   * A new job that keeps the first windows of this one and renders the rest again.
   *
   * @throws AppError as `retry`; `windows_not_kept`, `invalid_request` for a moment that no kept window shows
   */
  retake(id: string, changes: RetakeChanges, options: SubmitOptions): Promise<SubmittedJob>
  /**
   * Sets texts beside a job, or deletes those that are null.
   *
   * @throws AppError `job_not_found`, `job_expired`, `invalid_request` for too many
   */
  describe(id: string, metadata: Readonly<Record<string, string | null>>): Promise<JobView>
  /**
   * Keeps a finished job beyond the retention time, or no longer.
   *
   * @throws AppError `job_not_found`, `job_expired`, `job_not_finished`
   */
  keep(id: string, kept: boolean): Promise<JobView>
  /** Removes a finished job and the blobs that only it needs. @throws AppError `job_not_found`, `job_expired`, `job_not_finished` */
  delete(id: string): Promise<void>
  /** @throws AppError `job_not_found`, `job_expired`, `video_not_ready`, or the error the job failed with */
  openVideo(id: string): Promise<OpenedVideo>
  /** @throws as `openVideo` */
  openPoster(id: string): Promise<OpenedVideo>
  /** @throws as `openVideo`, and `windows_not_kept` for a video that is rendered in one piece */
  readStream(id: string): Promise<StreamView>
  /** @param number of the window, from 1; null for the head that all share @throws as `readStream`, and `file_not_found` */
  openStreamPart(id: string, number: number | null): Promise<OpenedVideo>
  /** The latest frame; null before the first one and after the end. @throws AppError `job_not_found`, `job_expired` */
  latestFrame(id: string): Promise<LatestFrame | null>
  /**
   * An input of the job, while the job is kept.
   *
   * @param name `image` or `video`, `audio`, `audio_2`
   * @throws AppError `job_not_found`, `job_expired`, `file_not_found`
   */
  openInput(id: string, name: string): Promise<OpenedVideo>
  /** The words of a text with their times. @throws AppError `job_not_found`, `job_expired`, `file_not_found` */
  captions(id: string): Promise<readonly Cue[]>
}

export interface WriteFileOptions {
  readonly content: AsyncIterable<Uint8Array>
  readonly contentType: string | null
  /** The expected hash, when the caller sent one (Content-Digest). */
  readonly expectedSha256: string | null
  readonly signal: AbortSignal
}

/** Where a client may send the bytes of a file past the hub. */
export interface DirectUpload {
  /** Takes one PUT of exactly the announced bytes. */
  readonly url: string
  readonly expiresAtMs: number
}

export interface CreatedFile extends UploadedFile {
  readonly direct: DirectUpload | null
}

export interface HubFiles {
  /** @throws AppError `input_too_large`, `uploads_pending`, `disk_full` */
  create(request: CreateFileRequest, caller: Caller): Promise<CreatedFile>
  /** @throws AppError `file_not_found`, `file_already_written`, `input_too_large`, `input_empty`, `digest_mismatch`, `disk_full` */
  write(id: string, options: WriteFileOptions): Promise<UploadedFile>
  /** Gives a file the parts that have arrived in the folder of uploads. @throws AppError as `write` */
  complete(
    id: string,
    options: Pick<WriteFileOptions, 'contentType' | 'signal'>,
  ): Promise<UploadedFile>
  /** Gives a file what its client sent to the bucket. @throws AppError as `write`, `file_not_ready` */
  completeDirect(
    id: string,
    options: Pick<WriteFileOptions, 'expectedSha256' | 'signal'>,
  ): Promise<UploadedFile>
  /** Whether parts of an upload may arrive. @throws AppError `stopping`, `disk_full` */
  checkRoom(): Promise<void>
  /** Creates and fills a file from a part of a multipart request; the body then names it as `{"file_id"}`. */
  receive(
    options: WriteFileOptions & { readonly caller: Caller; readonly filename: string | null },
  ): Promise<UploadedFile>
  /** @throws AppError `file_not_found` */
  get(id: string): Promise<UploadedFile>
  /** Jobs that name the file keep its content. @throws AppError `file_not_found` */
  delete(id: string): Promise<void>
  /** The sound of a text as a WAV file. @throws AppError `speech_*`, `invalid_request`, `audio_too_long` */
  speak(request: SpeechRequest, options: Pick<SubmitOptions, 'caller' | 'signal'>): Promise<Buffer>
  /** Finds the faces of a picture before it is rendered. @throws AppError `image_*`, `input_*`, `file_*`, `base64_invalid` */
  faces(
    source: Extract<Source, { readonly kind: 'file' | 'base64' }>,
    signal: AbortSignal,
  ): Promise<PictureFaces>
}

export interface PictureFaces {
  /** The upright size. */
  readonly size: Size
  /** Largest first, in pixels of the picture. */
  readonly faces: readonly FoundFace[]
}
