// One call to the hub, with retries where they are safe. A failure becomes one of the errors of errors.ts. Only this file uses
// fetch.
import type { Connection } from './client-options.ts'
import { Deadline } from './deadline.ts'
import {
  AbortedError,
  ApiError,
  ConnectionError,
  InfiniteTalkError,
  TimeoutError,
} from './errors.ts'
import type { ApiPath } from './path.ts'
import { toApiError } from './read-problem.ts'
import { retryDelayMs } from './retry-policy.ts'
import { sleep } from './sleep.ts'

export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** A path of the API, or an absolute URL from the hub. */
  readonly target: ApiPath | URL
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly json?: unknown
  readonly body?: CallBody
  /** Whether two calls have the effect of one. */
  readonly repeatable: boolean
  /** Extra time on top of the timeout, for long polls. */
  readonly waitMs?: number
  /** Whether this answer to a retry shows that an earlier attempt succeeded. */
  readonly alreadyDone?: (error: ApiError) => boolean
  readonly signal?: AbortSignal | undefined
}

/** The body of a request, opened again for each attempt. */
export interface CallBody {
  readonly contentType: string
  /** Whether the body can be read twice. If not, there is one attempt. */
  readonly replayable: boolean
  /** @param onProgress called after each piece */
  open(onProgress: () => void): Blob | ReadableStream<Uint8Array>
}

/** An answer whose body is not read yet. */
export interface OpenAnswer {
  readonly response: Response
  /** The reader owns it and must dispose of it. */
  readonly deadline: Deadline
  /** Turns an error of reading into an error of this package. */
  toError(thrown: unknown): InfiniteTalkError
}

/** Minimum speed for a body whose pieces cannot be observed; a slower network counts as dead. */
const SLOWEST_BYTES_PER_SECOND = 32_000

export class Transport {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get connection(): Connection {
    return this.#connection
  }

  /** A URL from the hub. A path is relative to the base URL of the hub. */
  resolve(reference: string): URL {
    const { baseUrl } = this.#connection
    const belowBase = reference.startsWith('/') && !reference.startsWith('//')
    return belowBase ? new URL(pathOf(baseUrl) + reference, baseUrl) : new URL(reference, baseUrl)
  }

  /** The JSON of the answer. @throws InfiniteTalkError */
  async json<T>(call: Call): Promise<T> {
    return (await this.jsonWithHeaders<T>(call)).value
  }

  /** The text of the answer. @throws InfiniteTalkError */
  async text(call: Call): Promise<string> {
    return this.#withRetries(call, ({ response }) => response.text())
  }

  /** The bytes of the answer, with their type. @throws InfiniteTalkError */
  async blob(call: Call): Promise<Blob> {
    return this.#withRetries(call, ({ response }) => response.blob())
  }

  async jsonWithHeaders<T>(
    call: Call,
  ): Promise<{ readonly value: T; readonly headers: Headers; readonly status: number }> {
    return this.#withRetries(call, async ({ response }) => {
      const { headers, status } = response
      const text = await response.text()
      return { value: parseJson<T>(text, response), headers, status }
    })
  }

  /** Ignores the content of the answer. @throws InfiniteTalkError */
  async send(call: Call): Promise<void> {
    await this.#withRetries<void>(
      call,
      async ({ response }) => {
        await response.body?.cancel()
      },
      { onAlreadyDone: () => {} },
    )
  }

  /** The answer as soon as its headers have arrived. @throws InfiniteTalkError */
  async open(call: Call): Promise<OpenAnswer> {
    return this.#withRetries(call, async (answer) => answer, { keepOpen: true })
  }

  async #withRetries<T>(
    call: Call,
    read: (answer: OpenAnswer) => Promise<T>,
    options: { readonly keepOpen?: boolean; readonly onAlreadyDone?: () => T } = {},
  ): Promise<T> {
    const { onAlreadyDone } = options
    for (let retries = 0; ; retries++) {
      try {
        return await this.#once(call, read, options.keepOpen === true)
      } catch (error) {
        if (onAlreadyDone !== undefined && retries > 0 && isAlreadyDone(call, error)) {
          return onAlreadyDone()
        }
        const delayMs = this.#retryDelayMs(call, error, retries)
        if (delayMs === null) throw error
        await sleep(delayMs, call.signal)
      }
    }
  }

  #retryDelayMs(call: Call, error: unknown, retries: number): number | null {
    if (call.body?.replayable === false) return null
    return retryDelayMs(this.#connection.retries, error, retries, call.repeatable)
  }

  async #once<T>(
    call: Call,
    read: (answer: OpenAnswer) => Promise<T>,
    keepOpen: boolean,
  ): Promise<T> {
    if (call.signal?.aborted) throw new AbortedError(call.signal.reason)
    const json = call.json === undefined ? null : JSON.stringify(call.json)
    const deadline = new Deadline(this.#firstTimeoutMs(call, json), call.signal)
    const toError = (thrown: unknown): InfiniteTalkError =>
      this.#toError(thrown, deadline, call.signal)
    let handedOver = false
    try {
      const response = await this.#fetch(call, json, deadline)
      deadline.extend(this.#connection.timeoutMs)
      if (!response.ok && response.status !== 304) {
        throw toApiError(response, await response.text(), Date.now())
      }
      const result = await read({ response, deadline, toError })
      handedOver = keepOpen
      return result
    } catch (thrown) {
      throw toError(thrown)
    } finally {
      if (!handedOver) deadline.dispose()
    }
  }

  #fetch(call: Call, json: string | null, deadline: Deadline): Promise<Response> {
    const url = this.#urlOf(call)
    const headers = new Headers()
    for (const [name, value] of Object.entries(call.headers ?? {})) {
      if (value !== undefined) headers.set(name, value)
    }
    const { token, baseUrl } = this.#connection
    // An upload or a video may be on another host. Its URL holds its permission; our token must not go there.
    if (token !== null && url.origin === baseUrl.origin) {
      headers.set('authorization', `Bearer ${token}`)
    }
    const init: RequestInit = { method: call.method, headers, signal: deadline.signal }
    if (json !== null) {
      headers.set('content-type', 'application/json')
      init.body = json
    } else if (call.body !== undefined) {
      headers.set('content-type', call.body.contentType)
      init.body = call.body.open(() => deadline.extend())
      if (init.body instanceof ReadableStream) {
        // The standard requires it for a stream; TypeScript's types lack it.
        Object.assign(init, { duplex: 'half' })
        // To follow a redirect, Node's fetch would keep the whole body in memory.
        init.redirect = 'error'
      }
    }
    return this.#connection.fetch(url, init)
  }

  #urlOf(call: Call): URL {
    if (call.target instanceof URL) return call.target
    const url = this.resolve(call.target)
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    return url
  }

  #firstTimeoutMs(call: Call, json: string | null): number {
    const sendingMs = ((json?.length ?? 0) / SLOWEST_BYTES_PER_SECOND) * 1000
    return this.#connection.timeoutMs + (call.waitMs ?? 0) + sendingMs
  }

  #toError(
    thrown: unknown,
    deadline: Deadline,
    callerSignal: AbortSignal | undefined,
  ): InfiniteTalkError {
    if (callerSignal?.aborted) return new AbortedError(callerSignal.reason)
    const where = this.#connection.baseUrl.origin
    if (deadline.passed) {
      const seconds = Math.round(deadline.timeoutMs / 100) / 10
      return new TimeoutError(`${where} gave no sign of life for ${seconds} s.`, { cause: thrown })
    }
    if (thrown instanceof InfiniteTalkError) return thrown
    return new ConnectionError(`${where} cannot be reached (${reasonOf(thrown)}).`, {
      cause: thrown,
    })
  }
}

/** Without a slash at the end; empty for a hub at the root of its host. */
function pathOf({ pathname }: URL): string {
  return pathname.replace(/\/$/, '')
}

function isAlreadyDone(call: Call, error: unknown): boolean {
  return error instanceof ApiError && call.alreadyDone?.(error) === true
}

function parseJson<T>(text: string, response: Response): T {
  if (text === '' && (response.status === 204 || response.status === 304)) return undefined as T
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    const { status, headers } = response
    throw new InfiniteTalkError(
      'The server answered with something that is not JSON: is it a hub?',
      {
        status,
        code: 'unexpected_answer',
        requestId: headers.get('x-request-id'),
        cause,
      },
    )
  }
}

/** fetch reports "fetch failed"; its cause has the reason. */
function reasonOf(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code
    if (error.cause === undefined) return error.message
  }
  return String(thrown)
}
