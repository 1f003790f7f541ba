// The hub as its transports see it: HTTP, MCP and tests call this and nothing below it. Ids come in as text, because a text
// that cannot be an id names a job that does not exist. Everything returned is ready to be sent: present-job.ts only adds URLs.

import type { Readable } from 'node:stream'
import type { Size, Windowing } from '@infinitetalk/arithmetic'
import type { CreateFileRequest, EstimateResource, JobStatus, Source } from '@infinitetalk/contract'
import type { EngineCapabilities } from '../domain/capabilities.ts'
import type { Sha256 } from '../domain/ids.ts'
import type { Job, JobEvent } from '../domain/job.ts'
import type { Limits } from '../domain/limits.ts'
import type { ByteRange } from './ports/blob-store.ts'
import type { QueueFigures } from './ports/dispatch.ts'
import type { WorkflowSummary } from './ports/engine.ts'
import type { FoundFace } from './ports/faces.ts'
import type { UploadedFile } from './ports/file-store.ts'
import type { ModelStatus } from './ports/models.ts'
import type { LatestFrame } from './work/latest-frames.ts'

export interface Hub {
  readonly jobs: HubJobs
  readonly files: HubFiles
  readonly status: HubStatus
  readonly links: HubLinks
}

export interface HubLinks {
  /** The secret with which links are signed now. */
  secret(): string
}

/** Who asks: the name of an API key, or `anonymous`. */
export interface Caller {
  readonly ownerKey: string
}

/** A job and what is only known now. */
export interface JobView {
  readonly job: Job
  /** From 1; null when it does not wait, or waits so far back that it is not counted. */
  readonly queuePosition: number | null
  /** Seconds until its end; null when not known. */
  readonly etaSeconds: number | null
  readonly nowMs: number
}

export interface SubmitOptions {
  readonly caller: Caller
  /** As it stood in the header; null for none. */
  readonly idempotencyKey: string | null
  /** Credential and route are the scope of a key; this is the route, e.g. `POST /v1/jobs`. */
  readonly route: string
  /** Accepts inputs undecoded, so that the answer comes at once: the job's first step checks them. */
  readonly checkInputsLater?: boolean
  readonly signal: AbortSignal
}

/** What a retry does otherwise than the job it repeats. */
export interface RetryChanges {
  /** null: as before. */
  readonly seed: number | null
}

export interface SubmittedJob {
  readonly view: JobView
  /** The job was there already: the key was used before for the same request. */
  readonly replayed: boolean
}

export interface JobPage {
  readonly views: readonly JobView[]
  /** null: this was the last page. */
  readonly nextCursor: string | null
}

export interface OpenedVideo {
  readonly sha256: Sha256
  readonly bytes: number
  /** What strangers sent is bytes: nobody may take it for a page. */
  readonly contentType: 'video/mp4' | 'image/jpeg' | 'application/octet-stream'
  readonly modifiedAtMs: number
  /** The stream closes its file when it ends or is destroyed. It is read to its end even if the job is removed meanwhile. */
  read(range?: ByteRange): Promise<Readable>
}

export type CancelOutcome =
  /** It had not started; it is canceled now. */
  | { readonly outcome: 'canceled'; readonly view: JobView }
  /** It runs; the engine is being stopped. */
  | { readonly outcome: 'requested'; readonly view: JobView }

export interface HubJobs {
  /**
   * Accepts a request: when this returns, the job survives kill -9 and power loss.
   *
   * @param body as parsed from JSON, structured or flat; multipart parts are first given to `files.receive`
   * @throws AppError any code of the request and its inputs; `queue_full`, `disk_full`, `stopping`, `idempotency_*`
   */
  submit(body: unknown, options: SubmitOptions): Promise<SubmittedJob>
  /** What a request would cost. @throws AppError as `submit`, less those of the queue */
  estimate(
    body: unknown,
    options: Pick<SubmitOptions, 'caller' | 'signal'>,
  ): Promise<EstimateResource>
  /** @throws AppError `job_not_found`, `job_expired` */
  get(id: string): Promise<JobView>
  /**
   * Newest first. A page of a search may hold fewer than asked for although there is another one.
   *
   * @throws AppError `cursor_invalid`
   */
  list(query: {
    readonly status: JobStatus | null
    /** In a prompt, a value of the metadata or the id; in any case. */
    readonly search?: string | null
    readonly limit: number
    readonly cursor: string | null
  }): Promise<JobPage>
  /**
   * Returns as soon as the job's version is above `sinceVersion`, or when it has ended, or after `waitMs`; whatever
   * it is then. Aborted: returns at once as well.
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
   * The events above `afterSequence`, then those to come; ends after the job's last event, at once when there is none
   * above. Ends quietly when aborted or when the job is removed.
   *
   * @throws AppError `job_not_found`, `job_expired`
   */
  events(id: string, afterSequence: number, signal: AbortSignal): AsyncIterable<JobEvent>
  /** @throws AppError `job_not_found`, `job_expired`, `job_finished` */
  cancel(id: string): Promise<CancelOutcome>
  /** Cancels what the caller has waiting, and nothing that runs. @returns how many */
  purge(caller: Caller): Promise<number>
  /** A new job with the same input. @throws AppError `job_not_found`, `job_expired`, `job_not_finished`, `queue_full` */
  retry(id: string, changes: RetryChanges, options: SubmitOptions): Promise<SubmittedJob>
  /** Removes a finished job and the blobs that only it needs. @throws AppError `job_not_found`, `job_expired`, `job_not_finished` */
  delete(id: string): Promise<void>
  /** @throws AppError `job_not_found`, `job_expired`, `video_not_ready`, or the error the job failed with */
  openVideo(id: string): Promise<OpenedVideo>
  /** @throws as `openVideo` */
  openPoster(id: string): Promise<OpenedVideo>
  /** How it looks now; null before the first, after the end, and where another hub renders it. @throws AppError `job_not_found`, `job_expired` */
  latestFrame(id: string): Promise<LatestFrame | null>
  /**
   * What the job was made of, as long as the job is kept.
   *
   * @param name `image` or `video`, `audio`, `audio_2`
   * @throws AppError `job_not_found`, `job_expired`, `file_not_found`
   */
  openInput(id: string, name: string): Promise<OpenedVideo>
}

export interface WriteFileOptions {
  readonly content: AsyncIterable<Uint8Array>
  readonly contentType: string | null
  /** What the bytes must hash to, when the caller said so (Content-Digest). */
  readonly expectedSha256: string | null
  readonly signal: AbortSignal
}

export interface HubFiles {
  /** @throws AppError `input_too_large` */
  create(request: CreateFileRequest, caller: Caller): Promise<UploadedFile>
  /** @throws AppError `file_not_found`, `file_already_written`, `input_too_large`, `input_empty`, `digest_mismatch`, `disk_full` */
  write(id: string, options: WriteFileOptions): Promise<UploadedFile>
  /** Creates and writes at once: a part of a multipart request, whose place in the body is then `{"file_id"}`. */
  receive(
    options: WriteFileOptions & { readonly caller: Caller; readonly filename: string | null },
  ): Promise<UploadedFile>
  /** @throws AppError `file_not_found` */
  get(id: string): Promise<UploadedFile>
  /** Jobs that name it keep its content. @throws AppError `file_not_found` */
  delete(id: string): Promise<void>
  /** What can be seen in a picture before it is rendered. @throws AppError `image_*`, `input_*`, `file_*`, `base64_invalid` */
  faces(
    source: Extract<Source, { readonly kind: 'file' | 'base64' }>,
    signal: AbortSignal,
  ): Promise<PictureFaces>
}

export interface PictureFaces {
  /** Upright. */
  readonly size: Size
  /** Largest first, in pixels of the picture. */
  readonly faces: readonly FoundFace[]
}

export interface EngineHealth {
  readonly name: string
  readonly ready: boolean
  /** One sentence; null when all is well. */
  readonly detail: string | null
}

/** An engine as a person chooses it. */
export interface EngineView {
  readonly name: string
  /** It is taken when nothing else is asked for. */
  readonly preferred: boolean
  /** Why it cannot work now; null when it can. */
  readonly detail: string | null
  readonly capabilities: EngineCapabilities
  /** Of a request that leaves every choice open; null: frame by frame. */
  readonly windowing: Windowing | null
  readonly measured: readonly {
    readonly size: Size
    readonly secondsPerUnit: number
    readonly renders: number
  }[]
}

export interface HubHealth {
  readonly ready: boolean
  readonly stopping: boolean
  readonly engines: readonly EngineHealth[]
  readonly store: { readonly ready: boolean; readonly detail: string | null }
  readonly disk: {
    readonly freeBytes: number
    readonly reserveBytes: number
    readonly ready: boolean
  }
}

/** What is kept on the disk, and what bounds it. */
export interface StorageView {
  /** Videos, stills, inputs: each once, however many jobs name it. */
  readonly files: number
  readonly bytes: number
  readonly freeBytes: number
  /** Below so much free space no new work is accepted. */
  readonly diskReserveBytes: number
  /** Beyond so many bytes the jobs that ended first are removed; null without a quota. */
  readonly quotaBytes: number | null
  readonly retentionMs: number
  readonly uploadLifeMs: number
  readonly measuredAtMs: number
}

export interface HubStatus {
  limits(): Limits
  health(): Promise<HubHealth>
  queue(): Promise<QueueFigures>
  /** Of those that are kept. */
  jobs(): Promise<Readonly<Record<JobStatus, number>>>
  storage(): Promise<StorageView>
  /** The best one first. */
  engines(): Promise<readonly EngineView[]>
  /** By name, of all engines. */
  workflows(): Promise<readonly WorkflowView[]>
  /** Of the ComfyUI engine. @throws AppError `manifest_invalid` */
  models(): Promise<readonly ModelStatus[]>
}

/** A workflow and the engine that runs it. */
export interface WorkflowView extends WorkflowSummary {
  readonly engine: string
}
