// Says when the process could not answer anybody for a while: something synchronous held the event loop. Nothing is done about
// it here; a hub that is slow for this reason should not have to be guessed at.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Observer } from '../app/ports/observer.ts'

export interface EventLoopWatch {
  stop(): void
}

/** Held for longer than this, a caller notices. */
const NOTICEABLE_MS = 1000
const LOOK_EVERY_MS = 1000
const NANOSECONDS_PER_MS = 1e6

export function watchEventLoop(observer: Observer, noticeableMs = NOTICEABLE_MS): EventLoopWatch {
  const delay = monitorEventLoopDelay()
  delay.enable()
  const timer = setInterval(() => {
    const heldMs = delay.max / NANOSECONDS_PER_MS
    delay.reset()
    if (heldMs > noticeableMs) observer.observe({ type: 'hub.event_loop_held', heldMs })
  }, LOOK_EVERY_MS)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      delay.disable()
    },
  }
}
