// The two ways in which events go over the wire: server-sent events for browsers and clients that resume, one JSON object a
// line for scripts. Reading from the hub waits while the reader is slow, so that nothing piles up here.
import { type JobEventResource, type JobStatus, STREAM_END } from '@infinitetalk/contract'

/** Proxies cut what is silent for 30 to 60 s. */
export const PING_MS = 15_000
/** How soon a browser comes back when the connection breaks. */
const RETRY_MS = 2000

export interface StreamEnd {
  readonly job_id: string
  readonly status: JobStatus
}

export interface EventStreamOptions {
  readonly events: AsyncIterable<JobEventResource>
  /** Called when the events have ended; null when the job did not end. */
  end(): Promise<StreamEnd | null>
  readonly pingMs: number
}

export async function* serverSentEvents(options: EventStreamOptions): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`
  for await (const event of withPings(options.events, options.pingMs)) {
    yield event === PING
      ? ': ping\n\n'
      : frame({ id: String(event.sequence), event: event.type, data: event })
  }
  const end = await options.end()
  if (end !== null) yield frame({ event: STREAM_END, data: end })
}

/** Empty lines keep the connection alive: readers of NDJSON pass over them. */
export async function* eventLines(options: EventStreamOptions): AsyncGenerator<string> {
  for await (const event of withPings(options.events, options.pingMs)) {
    yield event === PING ? '\n' : `${JSON.stringify(event)}\n`
  }
}

/** `data` is JSON and therefore one line: nothing in it can begin another field or another event. */
export function frame({ id, event, data }: { id?: string; event: string; data: unknown }): string {
  const name = id === undefined ? '' : `id: ${id}\n`
  return `${name}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

const PING = Symbol('ping')

async function* withPings<T>(
  source: AsyncIterable<T>,
  pingMs: number,
): AsyncGenerator<T | typeof PING> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    let next = iterator.next()
    for (;;) {
      const result = await within(next, pingMs)
      if (result === PING) {
        yield PING
        continue
      }
      if (result.done === true) return
      yield result.value
      next = iterator.next()
    }
  } finally {
    await iterator.return?.()
  }
}

async function within<T>(wait: Promise<T>, timeoutMs: number): Promise<T | typeof PING> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<typeof PING>((resolve) => {
    timer = setTimeout(() => resolve(PING), timeoutMs)
  })
  try {
    return await Promise.race([wait, timeout])
  } finally {
    clearTimeout(timer)
  }
}
