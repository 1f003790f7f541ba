// A pause that ends early when its signal is aborted. A caller that wants no error asks the signal afterwards.
import { setTimeout as sleep } from 'node:timers/promises'
import { abortError } from './abort-error.ts'

/** @throws AppError the one that the signal was aborted with, else `canceled` */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {
    throw abortError(signal)
  })
}
