// The worker's side of RunPod's API: take a job, report its progress and its end, learn of cancellations, send heartbeats. It uses
// the messages of Python workers, taken from the source of RunPod's own package (MIT).
import { AppError } from '../../domain/errors.ts'
import { causeOf, readBoundedText } from '../../net/bounded-answer.ts'
import { USER_AGENT } from '../../net/user-agent.ts'
import type { RunpodEnvironment } from './read-environment.ts'

export interface TakenJob {
  readonly id: string
  readonly input: unknown
}

/** RunPod holds a long poll for this long while it has no news. */
const LONG_POLL_MS = 90_000
/** The largest answer at the slowest useful rate. */
const TELL_MS = 120_000
const PING_MS = 20_000
/** A request of 20 MB, plus the text around it. */
const MAX_JOB_BYTES = 32 * 1024 * 1024
const MAX_WORDS_BYTES = 64 * 1024
const MAX_ID_CHARS = 256

interface Answer {
  readonly status: number
  readonly text: string
}

interface Question {
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** The requested thing, for error messages. */
  readonly what: string
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly maxBytes?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export class JobApi {
  readonly #environment: RunpodEnvironment

  constructor(environment: RunpodEnvironment) {
    this.#environment = environment
  }

  /** @returns null when there is none yet. @throws AppError `engine_unreachable`, `queue_full` when it asks too often */
  async take(signal: AbortSignal): Promise<TakenJob | null> {
    const { status, text } = await this.#ask({
      method: 'GET',
      url: this.#environment.takeUrl(false),
      what: 'the next job',
      signal,
      timeoutMs: LONG_POLL_MS,
      maxBytes: MAX_JOB_BYTES,
    })
    // RunPod answers 400 to a worker that is woken from a snapshot.
    if (status === 204 || status === 400 || text === '') return null
    if (status !== 200) throw refused('the next job', status)
    return readJob(text)
  }

  /** Ids of canceled jobs; null if the service cannot tell. @throws AppError `engine_unreachable`, `queue_full` */
  async hearStops(signal: AbortSignal): Promise<readonly string[] | null> {
    const { stopsUrl } = this.#environment
    if (stopsUrl === null) return null
    const what = 'what is canceled'
    const question = {
      method: 'GET',
      url: stopsUrl,
      what,
      signal,
      timeoutMs: LONG_POLL_MS,
    } as const
    const { status, text } = await this.#ask(question)
    if (status === 204) return []
    if (status === 404 || status === 405) return null
    if (status !== 200) throw refused(what, status)
    const ids = recordIn(text)?.jobsToStop
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
  }

  /**
   * @param body the job's end or its progress
   * @throws AppError `engine_unreachable` when it may be sent again, `output_unwritable` when it is too large, `engine_failed`
   */
  async tell(jobId: string, body: string, signal: AbortSignal): Promise<void> {
    const { status } = await this.#ask({
      method: 'POST',
      url: this.#environment.tellUrl(jobId),
      what: 'the end of a job',
      signal,
      timeoutMs: TELL_MS,
      headers: {
        // RunPod expects JSON under this content type.
        'content-type': 'application/x-www-form-urlencoded',
        charset: 'utf-8',
        'x-request-id': jobId,
      },
      body,
    })
    if (status >= 200 && status < 300) return
    if (status === 413) {
      const detail = `RunPod did not accept an answer of ${Buffer.byteLength(body)} bytes (HTTP 413).`
      throw new AppError('output_unwritable', detail)
    }
    throw refused('the end of a job', status)
  }

  /** Never throws: the next heartbeat may arrive. @returns the failure in one sentence, or null */
  async ping(jobIds: readonly string[], signal: AbortSignal): Promise<string | null> {
    const url = this.#environment.pingUrl(jobIds)
    if (url === null) return null
    try {
      const question = { method: 'GET', url, what: 'a ping', signal, timeoutMs: PING_MS } as const
      const { status } = await this.#ask(question)
      return status < 400 ? null : `RunPod answered a ping with HTTP ${status}.`
    } catch (thrown) {
      return thrown instanceof AppError ? thrown.detail : null
    }
  }

  async #ask(question: Question): Promise<Answer> {
    const { method, url, what, signal, timeoutMs, maxBytes = MAX_WORDS_BYTES, headers } = question
    try {
      const response = await fetch(url, {
        method,
        headers: { 'user-agent': USER_AGENT, authorization: this.#environment.apiKey, ...headers },
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ...(question.body === undefined ? {} : { body: question.body }),
      })
      return { status: response.status, text: await readBoundedText(response, maxBytes, 'RunPod') }
    } catch (cause) {
      if (signal.aborted) throw signal.reason
      // A long poll that ends without news is not an error.
      const isTimeout = cause instanceof Error && cause.name === 'TimeoutError'
      if (isTimeout && timeoutMs === LONG_POLL_MS) return { status: 204, text: '' }
      const detail = `RunPod cannot be reached for ${what} (${causeOf(cause)}).`
      throw new AppError('engine_unreachable', detail, { cause })
    }
  }
}

function readJob(text: string): TakenJob {
  const job = recordIn(text)
  const id = job?.id
  if (job !== null && typeof id === 'string' && id !== '' && id.length <= MAX_ID_CHARS) {
    return { id, input: job.input }
  }
  throw new AppError('engine_failed', 'RunPod delivered something that is not a job.')
}

function refused(what: string, status: number): AppError {
  const detail = `RunPod gave an unexpected answer for ${what} (HTTP ${status}).`
  if (status === 429) return new AppError('queue_full', detail)
  const passes = status === 408 || status >= 500
  return new AppError(passes ? 'engine_unreachable' : 'engine_failed', detail)
}

function recordIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const json: unknown = JSON.parse(text)
    const isRecord = typeof json === 'object' && json !== null && !Array.isArray(json)
    return isRecord ? (json as Readonly<Record<string, unknown>>) : null
  } catch {
    return null
  }
}
