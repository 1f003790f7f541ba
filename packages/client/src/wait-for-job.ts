// Waits for the end of a job. Follows its events, and switches to long polls where proxies buffer or cut the stream. Survives a
// restart of the hub, as the job does.
import type { JobEventResource, JobResource, JobStatus } from '@infinitetalk/contract'
import { ConnectionError, InfiniteTalkError } from './errors.ts'
import { followEvents } from './job-events.ts'
import { type JobProgress, progressOfEvent, progressOfJob } from './job-progress.ts'
import { apiPath } from './path.ts'
import { sleep } from './sleep.ts'
import type { Transport } from './transport.ts'

export interface WaitOptions {
  readonly onProgress?: ((progress: JobProgress) => void) | undefined
  /** Hears every event of the job, as long as its stream of events is not cut off. */
  readonly onEvent?: ((event: JobEventResource) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Maximum wait for an unreachable hub. Default 60,000. */
  readonly reconnectForMs?: number | undefined
}

const FINAL_STATUSES: ReadonlySet<JobStatus> = new Set(['succeeded', 'failed', 'canceled'])
/** Proxies cut an answer that has not begun after 60 s. */
const LONG_POLL_S = 25
const DEFAULT_RECONNECT_FOR_MS = 60_000
/** After this time without events, polls take over. */
const EVENTS_RECONNECT_FOR_MS = 5_000
const RECONNECT_PAUSE_MS = 1_000
/** The queue position has no event, so it is polled. */
const QUEUE_POLL_EVERY_MS = 5_000

export function hasEnded(job: JobResource): boolean {
  return FINAL_STATUSES.has(job.status)
}

/** The finished job, in whatever state. @throws InfiniteTalkError */
export async function waitForJob(
  transport: Transport,
  jobId: string,
  options: WaitOptions = {},
): Promise<JobResource> {
  const first = await poll(transport, jobId, { signal: options.signal })
  if (first.job !== null && hasEnded(first.job)) return first.job
  try {
    await followProgress(transport, jobId, options)
  } catch (error) {
    const cutOff = error instanceof InfiniteTalkError && couldPollHelp(error)
    if (!cutOff) throw error
  }
  return pollUntilEnd(transport, jobId, options)
}

async function followProgress(
  transport: Transport,
  jobId: string,
  { onProgress, onEvent, signal }: WaitOptions,
): Promise<void> {
  const events = followEvents(transport, jobId, {
    signal,
    reconnectForMs: EVENTS_RECONNECT_FOR_MS,
  })
  const queue = new QueueWatch(transport, jobId, onProgress)
  try {
    for await (const event of events) {
      onEvent?.(event)
      const progress = progressOfEvent(event)
      if (progress === null) continue
      onProgress?.(progress)
      if (progress.phase === 'queued') queue.start(signal)
      else queue.stop()
    }
  } finally {
    queue.stop()
  }
}

/** Reports the queue position while the job waits. Failures are ignored, because the position is only a hint. */
class QueueWatch {
  readonly #transport: Transport
  readonly #jobId: string
  readonly #onProgress: ((progress: JobProgress) => void) | undefined
  #running: AbortController | null = null

  constructor(
    transport: Transport,
    jobId: string,
    onProgress: ((progress: JobProgress) => void) | undefined,
  ) {
    this.#transport = transport
    this.#jobId = jobId
    this.#onProgress = onProgress
  }

  start(signal: AbortSignal | undefined): void {
    if (this.#running !== null || this.#onProgress === undefined) return
    this.#running = new AbortController()
    const stopped = this.#running.signal
    this.#watch(signal === undefined ? stopped : AbortSignal.any([stopped, signal])).catch(() => {})
  }

  stop(): void {
    this.#running?.abort()
    this.#running = null
  }

  async #watch(signal: AbortSignal): Promise<void> {
    for (;;) {
      const { job } = await poll(this.#transport, this.#jobId, { signal })
      const progress = job === null ? null : progressOfJob(job)
      if (signal.aborted || progress?.phase !== 'queued') return
      this.#onProgress?.(progress)
      await sleep(QUEUE_POLL_EVERY_MS, signal)
    }
  }
}

async function pollUntilEnd(
  transport: Transport,
  jobId: string,
  { onProgress, signal, reconnectForMs = DEFAULT_RECONNECT_FOR_MS }: WaitOptions,
): Promise<JobResource> {
  let lastSeenMs = performance.now()
  let etag: string | null = null
  for (;;) {
    try {
      const seen = await poll(transport, jobId, {
        signal,
        // The first answer comes at once and has the current state.
        ...(etag === null ? {} : { waitSeconds: LONG_POLL_S, etag }),
      })
      lastSeenMs = performance.now()
      if (seen.job === null) continue
      if (hasEnded(seen.job)) return seen.job
      const progress = progressOfJob(seen.job)
      if (progress !== null) onProgress?.(progress)
      etag = seen.etag
      // Long polls need an ETag.
      if (etag === null) await sleep(RECONNECT_PAUSE_MS, signal)
    } catch (error) {
      const away = error instanceof InfiniteTalkError && error.retryable
      if (!away || performance.now() - lastSeenMs > reconnectForMs) throw error
      await sleep(RECONNECT_PAUSE_MS, signal)
    }
  }
}

export interface PollOptions {
  readonly waitSeconds?: number | undefined
  /** ETag of the previous answer: the poll waits for a change from it. */
  readonly etag?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** The job, or null when it has not changed. */
export async function poll(
  transport: Transport,
  jobId: string,
  { waitSeconds, etag, signal }: PollOptions = {},
): Promise<{ readonly job: JobResource | null; readonly etag: string | null }> {
  const { value, headers, status } = await transport.jsonWithHeaders<JobResource | undefined>({
    method: 'GET',
    target: apiPath`/v1/jobs/${jobId}`,
    query: { wait: waitSeconds },
    headers: { 'if-none-match': etag },
    waitMs: (waitSeconds ?? 0) * 1000,
    repeatable: true,
    signal,
  })
  return { job: status === 304 ? null : (value ?? null), etag: headers.get('etag') }
}

function couldPollHelp(error: InfiniteTalkError): boolean {
  return error instanceof ConnectionError || error.retryable || error.code === 'unexpected_answer'
}
