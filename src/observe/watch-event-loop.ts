// Reports when synchronous work has blocked the event loop, so that the process answered no request meanwhile. An operator then
// knows why the hub was slow.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Observer } from '../app/ports/observer.ts'

export interface EventLoopWatch {
  stop(): void
}

/** Callers notice a longer delay. */
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
