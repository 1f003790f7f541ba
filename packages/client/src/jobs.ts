// The jobs of a hub: one method for each thing that can be done with them.
import type {
  GenerationRequest,
  JobEventResource,
  JobList,
  JobResource,
  JobStatus,
} from '@infinitetalk/contract'
import { ConflictError } from './errors.ts'
import type { CallOptions } from './files.ts'
import { newIdempotencyKey } from './idempotency-key.ts'
import { type EventsOptions, followEvents } from './job-events.ts'
import { apiPath } from './path.ts'
import type { Transport } from './transport.ts'
import { openVideo, type VideoAnswer, type VideoOptions } from './video-answer.ts'
import { poll, type WaitOptions, waitForJob } from './wait-for-job.ts'

export interface CreateJobOptions extends CallOptions {
  /**
   * Makes a second call with the same key and the same input return the first call's job. Drawn at random for each call
   * when not given, so that at least the retries of one call cannot make two jobs.
   */
  readonly idempotencyKey?: string | undefined
  /** Ask the hub to answer only when the job has ended, or after so many seconds. */
  readonly waitSeconds?: number | undefined
}

export interface RetryJobOptions extends Omit<CreateJobOptions, 'waitSeconds'> {
  /** Default: that of the request, or drawn again if it had none. */
  readonly seed?: number | undefined
}

export interface GetJobOptions extends CallOptions {
  /** Ask the hub to answer only when the job changes, or after so many seconds (at most 60). */
  readonly waitSeconds?: number | undefined
}

export interface ListJobsOptions extends CallOptions {
  readonly status?: JobStatus | undefined
  /** Only jobs with this text in a prompt, in a value of their metadata or in their id. */
  readonly search?: string | undefined
  /** Jobs of one page. */
  readonly limit?: number | undefined
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined
}

export class Jobs {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Hands in a job. When this returns, the hub has it for good. @throws UnprocessableEntityError, RateLimitError */
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
      waitMs: (waitSeconds ?? 0) * 1000,
      repeatable: true,
      signal,
    })
  }

  /** @throws NotFoundError `job_not_found`, or `job_expired` when its time to be kept is over */
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

  /** All of them, newest first; `limit` is the size of the pages in which they are fetched. */
  async *listAll(options: ListJobsOptions = {}): AsyncGenerator<JobResource, void, undefined> {
    let cursor = options.cursor
    do {
      const page = await this.list({ ...options, cursor })
      yield* page.data
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
  }

  /**
   * Stops a job. One that waits is `canceled` at once; one that runs has `cancel_requested_at`, and ends soon after.
   *
   * @throws ConflictError `job_finished` when it ended in another way before
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
      // Canceled before, perhaps by a try of ours whose answer was lost: that is what was asked for.
      const job = await this.get(jobId, { signal })
      if (job.status !== 'canceled') throw error
      return job
    }
  }

  /** A new job with the same input, but for a `seed` of its own. @throws ConflictError `job_not_finished` */
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

  /** Removes a job that has ended, and its video. @throws ConflictError `job_not_finished`, NotFoundError */
  delete(jobId: string, { signal }: CallOptions = {}): Promise<void> {
    return this.#transport.send({
      method: 'DELETE',
      target: apiPath`/v1/jobs/${jobId}`,
      repeatable: true,
      alreadyDone: ({ status }) => status === 404 || status === 410,
      signal,
    })
  }

  /** What happens to a job, as it happens, until it has ended. A broken stream is taken up where it broke. */
  events(
    jobId: string,
    options: EventsOptions = {},
  ): AsyncGenerator<JobEventResource, void, undefined> {
    return followEvents(this.#transport, jobId, options)
  }

  /** The job once it has ended, whether it succeeded or not: look at its `status`. */
  wait(jobId: string, options: WaitOptions = {}): Promise<JobResource> {
    return waitForJob(this.#transport, jobId, options)
  }

  /** The video of a job that succeeded, or a range of it. @throws ConflictError `video_not_ready` */
  video(jobId: string, options: VideoOptions = {}): Promise<VideoAnswer> {
    return openVideo(this.#transport, jobId, options)
  }
}
