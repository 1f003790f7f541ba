// Sends signed requests to a bucket. A request that failed on its way, or that a busy service turned away, is sent again a few
// times; each attempt has a deadline, which grows with the bytes it sends.
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { pause } from '../../../async/pause.ts'
import { AppError } from '../../../domain/errors.ts'
import type { ServiceClient, ServiceResponse } from '../../../net/service-client.ts'
import { type FilePart, readPart } from './file-part.ts'
import { elementsOf, textOf } from './s3-answers.ts'
import { mayRetry, type S3Refusal, s3Unreachable, toS3Error } from './s3-error.ts'
import type { S3Options } from './s3-options.ts'
import { type RequestToSign, signRequest } from './sign-request.ts'

export interface S3Request extends RequestToSign {
  /** The body, in place of `body`; `sha256` is its hash. */
  readonly file?: FilePart
  readonly signal: AbortSignal
  /** Statuses that are an answer, besides 2xx and 404. */
  readonly answers?: readonly number[]
  /** Default 4. */
  readonly attempts?: number
  /** Time of an attempt until its answer begins, besides the time for its body. Default 15 s. */
  readonly timeoutMs?: number
}

export interface S3Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const ATTEMPTS = 4
const TIMEOUT_MS = 15_000
/** A slower line than this cannot carry videos. */
const MIN_BYTES_PER_MS = 64
const FIRST_PAUSE_MS = 200
const MAX_PAUSE_MS = 5000
/** A list of 1000 keys has about 400 kB. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024

export class S3Client {
  readonly options: S3Options
  readonly #http: ServiceClient
  /** How far the clock of the service is ahead of ours. */
  #aheadMs = 0

  constructor(options: S3Options, http: ServiceClient) {
    this.options = options
    this.#http = http
  }

  /** @returns an answer; 404 means no such object @throws AppError `store_unavailable`, `disk_full` */
  async call(request: S3Request): Promise<S3Answer> {
    return this.#attempt(request, async (response) => {
      const text = await textOfBody(response.body)
      const { status, headers } = response
      const isAnswer = request.answers?.includes(status) === true
      const refusal = isAnswer ? null : refusalOf(status, text)
      return refusal === null ? { done: { status, headers, text } } : { refusal, headers }
    })
  }

  /** Begins to read an object; null when there is none. @throws as `call` */
  async open(request: S3Request): Promise<ServiceResponse | null> {
    return this.#attempt(request, async (response) => {
      const { status, headers } = response
      if (status === 200 || status === 206) return { done: response }
      const refusal = refusalOf(status, await textOfBody(response.body))
      return refusal === null ? { done: null } : { refusal, headers }
    })
  }

  /** By the clock of the service. */
  nowMs(): number {
    return Date.now() + this.#aheadMs
  }

  async #attempt<T>(
    request: S3Request,
    read: (response: ServiceResponse) => Promise<Reading<T>>,
  ): Promise<T> {
    const { attempts = ATTEMPTS, signal } = request
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= attempts
      let error: AppError
      let waitMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1))
      try {
        const reading = await read(await this.#send(request))
        if ('done' in reading) return reading.done
        const { refusal, headers } = reading
        error = toS3Error(refusal, this.options.bucket)
        if (!mayRetry(refusal) && !this.#setClock(refusal, headers)) throw error
        waitMs = Math.min(MAX_PAUSE_MS, Number(headers['retry-after'] ?? 0) * 1000 || waitMs)
      } catch (thrown) {
        if (thrown instanceof AppError || signal.aborted) throw thrown
        error = s3Unreachable(this.options.endpoint, thrown)
      }
      if (isLast) throw error
      await pause(waitMs * (0.5 + Math.random() / 2), signal)
    }
  }

  async #send(request: S3Request): Promise<ServiceResponse> {
    const { method, body = null, file = null, timeoutMs = TIMEOUT_MS, signal } = request
    const { url, headers } = await signRequest(request, this.options, this.nowMs())
    const bytes = file?.bytes ?? body?.byteLength ?? 0
    return this.#http.send({
      ...{ url, method, signal },
      ...(file === null
        ? { headers, body }
        : {
            headers: { ...headers, 'content-length': String(bytes) },
            body: Readable.from(readPart(file)),
          }),
      timeoutMs: timeoutMs + bytes / MIN_BYTES_PER_MS,
    })
  }

  /** @returns whether the request is worth another attempt with the corrected clock */
  #setClock({ code }: S3Refusal, { date }: IncomingHttpHeaders): boolean {
    const serverMs = Date.parse(date ?? '')
    if (code !== 'RequestTimeTooSkewed' || Number.isNaN(serverMs)) return false
    this.#aheadMs = serverMs - Date.now()
    return true
  }
}

type Reading<T> =
  | { readonly done: T }
  | { readonly refusal: S3Refusal; readonly headers: IncomingHttpHeaders }

/** @returns null for a success and for an object that does not exist */
function refusalOf(status: number, text: string): S3Refusal | null {
  // S3 may answer 200 to a copy or a completed upload and report the failure in the body.
  const [failure] = elementsOf(text, 'Error')
  const code = failure === undefined ? null : textOf(failure, 'Code')
  if (status < 300 && failure === undefined) return null
  if (status === 404 && code !== 'NoSuchBucket') return null
  return { status, code, message: failure === undefined ? null : textOf(failure, 'Message') }
}

async function textOfBody(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new RangeError('The answer is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
