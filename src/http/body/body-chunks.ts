// The bytes of a request body under the rules for all bodies: a maximum size, a minimum speed, and complete. Only the time in
// which the hub waits for the caller counts, not the time that the hub needs itself.
import type { IncomingMessage } from 'node:http'
import { AppError } from '../../domain/errors.ts'

export interface BodyRules {
  readonly maxBytes: number
  /** Time within which at least 1 KiB must arrive, or the end. */
  readonly idleTimeoutMs: number
  /** Aborted with an AppError when the rest is no longer needed. */
  readonly signal: AbortSignal
}

const LEAST_BYTES = 1024

/**
 * Ends when the body is complete. An error leaves the request open, because the answer uses the same connection.
 *
 * @throws AppError `input_too_large`, `request_timeout`, `request_malformed` (the caller hung up), and what the signal is aborted with
 */
export async function* bodyChunks(
  request: IncomingMessage,
  { maxBytes, idleTimeoutMs, signal }: BodyRules,
): AsyncGenerator<Buffer, void, undefined> {
  refuseTooLarge(declaredBytes(request), maxBytes)
  const source: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false })
  const patience = createPatience(idleTimeoutMs, signal)
  let received = 0
  try {
    for (;;) {
      const { done, value } = await patience.race(() => source.next())
      if (done === true) break
      received += value.length
      refuseTooLarge(received, maxBytes)
      patience.gained(value.length)
      yield value
    }
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : cutShort(thrown)
  } finally {
    patience.dispose()
  }
  if (!request.complete) throw cutShort(undefined)
}

/** Content-Length, or 0. */
export function declaredBytes({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? 0)
}

/** @throws AppError `input_too_large` */
export function refuseTooLarge(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return
  throw new AppError('input_too_large', `The body is larger than ${maxBytes} bytes.`, {
    meta: { maxBytes },
  })
}

function cutShort(cause: unknown): AppError {
  return new AppError('request_malformed', 'The body ended before it was complete.', { cause })
}

interface Patience extends Disposable {
  /** Starts the wait only while somebody listens: an unheard failure would end the process. */
  race<T>(wait: () => Promise<T>): Promise<T>
  gained(bytes: number): void
  dispose(): void
}

/** Waiting time adds up until 1 KiB has arrived; then it starts again. */
function createPatience(idleTimeoutMs: number, signal: AbortSignal): Patience {
  let spentMs = 0
  let gained = 0
  let timer: NodeJS.Timeout | undefined
  // Each wait has a promise of its own: a race with one that outlives it would keep every chunk of the body in memory.
  let giveUp: (reason: unknown) => void = () => {}
  const onAbort = (): void => giveUp(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  const dispose = (): void => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
  return {
    async race(wait) {
      signal.throwIfAborted()
      const sinceMs = performance.now()
      const givenUp = new Promise<never>((_resolve, reject) => {
        giveUp = reject
        timer = setTimeout(
          () => reject(tooSlow(idleTimeoutMs)),
          Math.max(1, idleTimeoutMs - spentMs),
        )
      })
      try {
        return await Promise.race([wait(), givenUp])
      } finally {
        clearTimeout(timer)
        giveUp = () => {}
        spentMs += performance.now() - sinceMs
      }
    },
    gained(bytes) {
      gained += bytes
      if (gained < LEAST_BYTES) return
      gained = 0
      spentMs = 0
    },
    dispose,
    [Symbol.dispose]: dispose,
  }
}

function tooSlow(idleTimeoutMs: number): AppError {
  return new AppError(
    'request_timeout',
    `Less than ${LEAST_BYTES} bytes of the body arrived in ${idleTimeoutMs / 1000} s.`,
  )
}
