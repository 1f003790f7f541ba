// A pause that the caller can cut short.
import { AbortedError } from './errors.ts'

/** @throws AbortedError */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done, fail) => {
    if (signal?.aborted) {
      fail(new AbortedError(signal.reason))
      return
    }
    const onAbort = (): void => {
      clearTimeout(timer)
      fail(new AbortedError(signal?.reason))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      done()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
