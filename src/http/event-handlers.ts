// Streams the events of a job.
import { Readable } from 'node:stream'
import type { JobEventResource } from '@infinitetalk/contract'
import type { JobEvent } from '../domain/job.ts'
import { isTerminal } from '../domain/job.ts'
import { cutStalledReader } from './cut-stalled-reader.ts'
import {
  type EventStreamOptions,
  eventLines,
  PING_MS,
  type StreamEnd,
  serverSentEvents,
} from './event-stream.ts'
import { type Exchange, headerOf, pathParameter, waitSignal } from './exchange.ts'
import type { Handlers } from './handlers.ts'
import { presentEvent } from './present-job.ts'

/** Number of events that a reader may lag behind before the hub waits for it. */
const BUFFER_BYTES = 64 * 1024

export const EVENT_HANDLERS: Handlers<'streamEvents'> = {
  async streamEvents(exchange) {
    const { hub, query, request, reply, streams } = exchange
    const { readerIdleTimeoutMs } = hub.status.limits()
    const id = pathParameter(exchange, 'job_id')
    const resumed = resumePoint(headerOf(exchange, 'last-event-id')) ?? query.after ?? null
    const { job } = await hub.jobs.get(id)
    request.jobId = job.id
    const source = hub.jobs.events(id, resumed ?? 0, waitSignal(exchange))
    const events = await (isTerminal(job.status) ? unlessEmpty(source) : source)
    // "Clients will reconnect if the connection is closed; a client can be told to stop reconnecting using 204 No Content."
    if (events === null && resumed !== null) return reply.code(204).send()
    streams.take(reply)
    const stream: EventStreamOptions = {
      events: presented(events ?? noEvents()),
      end: () => endOf(exchange, id),
      pingMs: PING_MS,
    }
    const lines = wantsLines(exchange)
    reply
      .header('cache-control', 'no-cache, no-transform')
      // Without it, nginx buffers the events.
      .header('x-accel-buffering', 'no')
      .type(lines ? 'application/x-ndjson' : 'text/event-stream; charset=utf-8')
    cutStalledReader(reply.raw, readerIdleTimeoutMs)
    const content = lines ? eventLines(stream) : serverSentEvents(stream)
    return reply.send(Readable.from(content, { objectMode: false, highWaterMark: BUFFER_BYTES }))
  },
}

/** A malformed id means the beginning of the stream: repeated events are better than missing ones. */
function resumePoint(lastEventId: string | undefined): number | null {
  if (lastEventId === undefined || lastEventId === '') return null
  return /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : 0
}

function wantsLines(exchange: Exchange): boolean {
  return /\bapplication\/(x-ndjson|jsonl|x-jsonlines)\b/i.test(headerOf(exchange, 'accept') ?? '')
}

/** The same events, or null when there are none. */
async function unlessEmpty<T>(source: AsyncIterable<T>): Promise<AsyncIterable<T> | null> {
  const iterator = source[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done === true) return null
  return (async function* () {
    try {
      yield first.value
      yield* { [Symbol.asyncIterator]: () => iterator }
    } finally {
      await iterator.return?.()
    }
  })()
}

async function* noEvents(): AsyncGenerator<JobEvent> {}

async function* presented(events: AsyncIterable<JobEvent>): AsyncGenerator<JobEventResource> {
  for await (const event of events) yield presentEvent(event)
}

/** null when the stream ended because the hub stops or the job was deleted. */
async function endOf({ hub }: Exchange, id: string): Promise<StreamEnd | null> {
  try {
    const { job } = await hub.jobs.get(id)
    return isTerminal(job.status) ? { job_id: job.id, status: job.status } : null
  } catch {
    return null
  }
}
