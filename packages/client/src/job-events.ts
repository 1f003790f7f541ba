// The events of a job as they happen, each once and in order. A broken connection resumes after the last event. The stream ends
// when the job has finished.
import type { JobEventResource, JobEventType } from '@infinitetalk/contract'
import { ConnectionError, InfiniteTalkError } from './errors.ts'
import { apiPath } from './path.ts'
import { readStream } from './read-stream.ts'
import { backOffMs } from './retry-policy.ts'
import { sleep } from './sleep.ts'
import { SseDecoder, type SseMessage } from './sse-decoder.ts'
import type { OpenAnswer, Transport } from './transport.ts'

export interface EventsOptions {
  /** Sequence number after which the events start. Default 0: all events. */
  readonly after?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Maximum silence of a stream. The hub sends a comment every 15 s. Default 45,000. */
  readonly idleTimeoutMs?: number | undefined
  /** Maximum time to resume a broken stream. Default 60,000. */
  readonly reconnectForMs?: number | undefined
}

const STREAM_END = 'done'
const DEFAULT_IDLE_TIMEOUT_MS = 45_000
const DEFAULT_RECONNECT_FOR_MS = 60_000
/** A connection that lasted this long was good, even without an event. */
const LASTING_CONNECTION_MS = 5_000
const FINAL_EVENTS: ReadonlySet<JobEventType> = new Set(['succeeded', 'failed', 'canceled'])

/**
 * @throws NotFoundError when there is no such job
 * @throws ConnectionError when the hub cannot be reached, at first or again
 */
export async function* followEvents(
  transport: Transport,
  jobId: string,
  options: EventsOptions = {},
): AsyncGenerator<JobEventResource, void, undefined> {
  const { signal, idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS } = options
  const path = apiPath`/v1/jobs/${jobId}/events`
  const patience = new Patience(options.reconnectForMs ?? DEFAULT_RECONNECT_FOR_MS)
  let sequence = options.after ?? 0
  for (;;) {
    const decoder = new SseDecoder()
    const openedAtMs = performance.now()
    try {
      const answer = await transport.open({
        method: 'GET',
        target: path,
        headers: {
          accept: 'text/event-stream',
          'last-event-id': sequence > 0 ? String(sequence) : undefined,
        },
        repeatable: true,
        signal,
      })
      patience.begin()
      for await (const message of readMessages(answer, decoder, idleTimeoutMs)) {
        if (message.event === STREAM_END) return
        const event = parseEvent(message)
        // An event that was replayed.
        if (event.sequence <= sequence) continue
        sequence = event.sequence
        patience.renew()
        yield event
        if (FINAL_EVENTS.has(event.type)) return
      }
      if (answer.response.status === 204) return
    } catch (error) {
      const broken = error instanceof InfiniteTalkError && error.retryable
      if (!broken || !patience.left) throw error
    }
    if (performance.now() - openedAtMs > LASTING_CONNECTION_MS) patience.renew()
    if (!patience.left) {
      throw new ConnectionError(`The stream of events of ${jobId} keeps breaking.`)
    }
    const pauseMs = backOffMs(transport.connection.retries, patience.spend())
    await sleep(Math.max(pauseMs, decoder.retryMs ?? 0), signal)
  }
}

/** Bounds retries. Time counts from the last good moment; before the first there is no retry. */
class Patience {
  readonly #forMs: number
  #sinceMs: number | null = null
  #spent = 0

  constructor(forMs: number) {
    this.#forMs = forMs
  }

  get left(): boolean {
    return this.#sinceMs !== null && performance.now() - this.#sinceMs < this.#forMs
  }

  begin(): void {
    this.#sinceMs ??= performance.now()
  }

  renew(): void {
    this.#sinceMs = performance.now()
    this.#spent = 0
  }

  /** Number of retries since the last good moment. */
  spend(): number {
    return this.#spent++
  }
}

async function* readMessages(
  { response, deadline, toError }: OpenAnswer,
  decoder: SseDecoder,
  idleTimeoutMs: number,
): AsyncGenerator<SseMessage, void, undefined> {
  try {
    if (response.body === null) return
    await checkType(response, response.body)
    deadline.extend(idleTimeoutMs)
    for await (const bytes of readStream(response.body)) {
      // The time in which the caller handles an event does not count.
      deadline.pause()
      yield* decoder.push(bytes)
      deadline.extend(idleTimeoutMs)
    }
  } catch (thrown) {
    throw toError(thrown)
  } finally {
    deadline.dispose()
  }
}

async function checkType(response: Response, body: ReadableStream<Uint8Array>): Promise<void> {
  const type = response.headers.get('content-type') ?? ''
  if (/^text\/event-stream\b/i.test(type)) return
  await body.cancel()
  throw new InfiniteTalkError(`The server sent "${type}" instead of events.`, {
    status: response.status,
    code: 'unexpected_answer',
  })
}

function parseEvent(message: SseMessage): JobEventResource {
  try {
    const event = JSON.parse(message.data) as JobEventResource
    if (Number.isSafeInteger(event.sequence) && typeof event.type === 'string') return event
  } catch {
    // Reported below, like any other text that is no event.
  }
  throw new InfiniteTalkError('The server sent an event that cannot be read.', {
    code: 'unexpected_answer',
  })
}
