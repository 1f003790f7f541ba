// The two formats of a stream of events: server-sent events for browsers and clients that resume, one JSON object per line for
// scripts. A slow reader pauses reading from the hub, so nothing piles up.
import { type JobEventResource, type JobStatus, STREAM_END } from '@infinitetalk/contract'

/** Proxies cut connections after 30 to 60 s of silence. */
export const PING_MS = 15_000
/** Delay before a browser reconnects. */
const RETRY_MS = 2000

export interface StreamEnd {
  readonly job_id: string
  readonly status: JobStatus
}

export interface EventStreamOptions {
  readonly events: AsyncIterable<JobEventResource>
  /** Called after the last event; null when the job has not finished. */
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

/** Empty lines keep the connection alive; readers of NDJSON skip them. */
export async function* eventLines(options: EventStreamOptions): AsyncGenerator<string> {
  for await (const event of withPings(options.events, options.pingMs)) {
    yield event === PING ? '\n' : `${JSON.stringify(event)}\n`
  }
}

/** `data` is JSON and therefore one line, so it cannot begin another field or event. */
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
