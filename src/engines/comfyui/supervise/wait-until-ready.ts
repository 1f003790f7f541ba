// From a started process to a server that answers: asked again and again, for as long as a start may take and not longer, and
// not beyond the end of the process.
import { pause } from '../../../async/pause.ts'
import type { ComfyuiProcess, ProcessEnd } from './comfyui-process.ts'

/** Handed in, so that three minutes need not pass in a test. */
export interface Time {
  /** Never goes back. */
  nowMs(): number
  /** @throws AppError the one that the signal was aborted with, else `canceled` */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const REAL_TIME: Time = {
  nowMs: () => performance.now(),
  sleep: pause,
}

export interface Waiting {
  readonly process: Pick<ComfyuiProcess, 'end' | 'ended'>
  /** Whether it answers, as ComfyUI does. Comes to an end by itself. */
  readonly probe: () => Promise<boolean>
  readonly timeoutMs: number
  readonly time: Time
  readonly signal: AbortSignal
}

const POLL_MS = 500

/** @throws the reason of the signal */
export async function waitUntilReady(waiting: Waiting): Promise<'ready' | 'late' | ProcessEnd> {
  const { process, probe, timeoutMs, time, signal } = waiting
  const deadlineMs = time.nowMs() + timeoutMs
  const pause = async (): Promise<void> => {
    const waking = new AbortController()
    const either = AbortSignal.any([signal, waking.signal])
    // A process that ends wakes who waits for it.
    const slept = time.sleep(POLL_MS, either).catch(() => {})
    await Promise.race([slept, process.ended])
    waking.abort()
    signal.throwIfAborted()
  }
  for (;;) {
    if (process.end !== null) return process.end
    if (await probe()) return 'ready'
    if (time.nowMs() >= deadlineMs) return process.end ?? 'late'
    await pause()
  }
}
