// The jobs of a hub: one method per operation.
import type {
  GenerationRequest,
  JobEventResource,
  JobList,
  JobResource,
  JobStatus,
} from '@infinitetalk/contract'
import { allPages } from './all-pages.ts'
import { ConflictError } from './errors.ts'
import type { CallOptions } from './files.ts'
import { newIdempotencyKey } from './idempotency-key.ts'
import { type EventsOptions, followEvents } from './job-events.ts'
import { apiPath } from './path.ts'
import { speechWaitMs } from './speech-wait.ts'
import type { Transport } from './transport.ts'
import { openVideo, type VideoAnswer, type VideoOptions } from './video-answer.ts'
import { readVideoStream, type VideoStream } from './video-stream.ts'
import { poll, type WaitOptions, waitForJob } from './wait-for-job.ts'

export interface CreateJobOptions extends CallOptions {
  /**
   * A second call with the same key and input returns the job of the first. Default: random for each call, so that the
   * retries of one call cannot make two jobs.
   */
  readonly idempotencyKey?: string | undefined
  /** Seconds for which the hub waits for the end of the job before it answers. */
  readonly waitSeconds?: number | undefined
}

export interface RetryJobOptions extends Omit<CreateJobOptions, 'waitSeconds'> {
  /** Default: the seed of the request, or a new random one if it had none. */
  readonly seed?: number | undefined
}

export interface RetakeJobOptions extends Omit<CreateJobOptions, 'waitSeconds'> {
  /** Seconds from the start. The window that shows this moment is the first one that is rendered again. */
  readonly fromSeconds: number
  /** Default: a new random one. */
  readonly seed?: number | undefined
  /** Default: that of the job. */
  readonly prompt?: string | readonly string[] | undefined
  /** Default: those of the job. */
  readonly steps?: number | undefined
}

export interface GetJobOptions extends CallOptions {
  /** Seconds, at most 60, for which the hub waits for a change of the job before it answers. */
  readonly waitSeconds?: number | undefined
}

export interface ListJobsOptions extends CallOptions {
  readonly status?: JobStatus | undefined
  /** Text to find in prompts, values of metadata and ids. */
  readonly search?: string | undefined
  /** Jobs per page. */
  readonly limit?: number | undefined
  /** `next_cursor` of the previous page. */
  readonly cursor?: string | undefined
}

export class Jobs {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Submits a job. When this returns, the job survives a crash of the hub. @throws UnprocessableEntityError, RateLimitError */
  create(input: GenerationRequest, options: CreateJobOptions = {}): Promise<JobResource> {
    const { idempotencyKey = newIdempotencyKey(), waitSeconds, signal } = options
    return this.#transport.json<JobResource>({
      method: 'POST',
      target: apiPath`/v1/jobs`,
      headers: {
        'idempotency-key': idempotencyKey,
        prefer: waitSeconds === undefined ? undefined : `wait=${waitSeconds}`,
      },
      json: input,
      waitMs: (waitSeconds ?? 0) * 1000 + speechWaitMs(input),
      repeatable: true,
      signal,
    })
  }

  /** @throws NotFoundError `job_not_found`, or `job_expired` after its retention */
  async get(jobId: string, { waitSeconds, signal }: GetJobOptions = {}): Promise<JobResource> {
    const { job } = await poll(this.#transport, jobId, { waitSeconds, signal })
    return job!
  }

  /** One page, newest first. */
  list({ status, search, limit, cursor, signal }: ListJobsOptions = {}): Promise<JobList> {
    return this.#transport.json<JobList>({
      method: 'GET',
      target: apiPath`/v1/jobs`,
      query: { status, search, limit, cursor },
      repeatable: true,
      signal,
    })
  }

  /** All jobs, newest first, fetched in pages of `limit`. */
  listAll(options: ListJobsOptions = {}): AsyncGenerator<JobResource, void, undefined> {
    return allPages((cursor) => this.list({ ...options, cursor }), options.cursor)
  }

  /**
   * Cancels a job. A waiting job is `canceled` at once. A running job gets `cancel_requested_at` and ends soon after.
   *
   * @throws ConflictError `job_finished` when it has succeeded or failed
   */
  async cancel(jobId: string, { signal }: CallOptions = {}): Promise<JobResource> {
    const target = apiPath`/v1/jobs/${jobId}/cancel`
    try {
      return await this.#transport.json<JobResource>({
        method: 'POST',
        target,
        repeatable: true,
        signal,
      })
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      // Canceled before, perhaps by an attempt whose answer was lost: success.
      const job = await this.get(jobId, { signal })
      if (job.status !== 'canceled') throw error
      return job
    }
  }

  /** Submits the same input again, optionally with another `seed`. @throws ConflictError `job_not_finished` */
  retry(
    jobId: string,
    { idempotencyKey = newIdempotencyKey(), seed, signal }: RetryJobOptions = {},
  ): Promise<JobResource> {
    return this.#transport.json<JobResource>({
      method: 'POST',
      target: apiPath`/v1/jobs/${jobId}/retry`,
      headers: { 'idempotency-key': idempotencyKey },
      ...(seed === undefined ? {} : { json: { seed } }),
      repeatable: true,
      signal,
    })
  }

  /**
   * A new job that keeps the windows of this one before a moment and renders the rest again. The job stays as it is.
   *
   * @throws ConflictError `job_not_finished`, `windows_not_kept`; UnprocessableEntityError for a moment after the last window
   */
  retake(
    jobId: string,
    {
      idempotencyKey = newIdempotencyKey(),
      fromSeconds,
      seed,
      prompt,
      steps,
      signal,
    }: RetakeJobOptions,
  ): Promise<JobResource> {
    return this.#transport.json<JobResource>({
      method: 'POST',
      target: apiPath`/v1/jobs/${jobId}/retake`,
      headers: { 'idempotency-key': idempotencyKey },
      json: { from_s: fromSeconds, seed, prompt, steps },
      repeatable: true,
      signal,
    })
  }

  /**
   * Sets texts beside a job, or deletes those that are null. `title` names the take on the page and its downloaded file.
   *
   * @throws NotFoundError
   */
  describe(
    jobId: string,
    metadata: Readonly<Record<string, string | null>>,
    { signal }: CallOptions = {},
  ): Promise<JobResource> {
    return this.#transport.json<JobResource>({
      method: 'PATCH',
      target: apiPath`/v1/jobs/${jobId}`,
      json: { metadata },
      repeatable: true,
      signal,
    })
  }

  /**
   * Keeps a finished job and its files beyond the retention time, or no longer.
   *
   * @param kept false: the retention time begins now
   * @throws ConflictError `job_not_finished`, NotFoundError
   */
  keep(jobId: string, kept = true, { signal }: CallOptions = {}): Promise<JobResource> {
    return this.#transport.json<JobResource>({
      method: kept ? 'PUT' : 'DELETE',
      target: apiPath`/v1/jobs/${jobId}/keep`,
      repeatable: true,
      signal,
    })
  }

  /** Deletes a finished job and its video. @throws ConflictError `job_not_finished`, NotFoundError */
  delete(jobId: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.send({
      method: 'DELETE',
      target: apiPath`/v1/jobs/${jobId}`,
      repeatable: true,
      alreadyDone: ({ status }) => status === 404 || status === 410,
      signal,
    })
  }

  /** The events of a job until its end. A broken stream resumes where it broke. */
  events(
    jobId: string,
    options: EventsOptions = {},
  ): AsyncGenerator<JobEventResource, void, undefined> {
    return followEvents(this.#transport, jobId, options)
  }

  /** The finished job, whether it succeeded or not: see its `status`. */
  wait(jobId: string, options: WaitOptions = {}): Promise<JobResource> {
    return waitForJob(this.#transport, jobId, options)
  }

  /** The video of a succeeded job, or a range of it. @throws ConflictError `video_not_ready` */
  video(jobId: string, options: VideoOptions = {}): Promise<VideoAnswer> {
    return openVideo(this.#transport, jobId, options)
  }

  /** The captions of a job whose audio is a text. Times are approximate. @throws NotFoundError `file_not_found` */
  captions(jobId: string, format: 'srt' | 'vtt', { signal }: CallOptions = {}): Promise<string> {
    const target =
      format === 'srt'
        ? apiPath`/v1/jobs/${jobId}/captions.srt`
        : apiPath`/v1/jobs/${jobId}/captions.vtt`
    return this.#transport.text({ method: 'GET', target, repeatable: true, signal })
  }

  /**
   * The windows of a video that are rendered so far, to be watched while the job runs.
   *
   * @throws ConflictError `video_not_ready` before the first window, `windows_not_kept` for a video that is rendered in one piece
   */
  stream(jobId: string, options: CallOptions = {}): Promise<VideoStream> {
    return readVideoStream(this.#transport, jobId, options)
  }
}
