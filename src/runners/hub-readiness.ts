// Waits until a hub can render: its default engine is ready and its disk has room. A runner waits before it takes a task, because
// the task's time would run meanwhile.
import type { Hub } from '../app/hub.ts'
import { pause } from '../async/pause.ts'
import { AppError } from '../domain/errors.ts'

/** Pause before a hub that is not ready is asked again. */
const POLL_MS = 250
/** Longer than the start of a ComfyUI, which has its own deadline. */
const READY_MS = 15 * 60_000

/** Returns when it is ready, or when the signal is aborted. @throws AppError `engine_unavailable` */
export async function waitUntilReady(hub: Hub, signal: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + READY_MS
  for (;;) {
    const why = await whyNotReady(hub)
    if (why === null || signal.aborted) return
    if (performance.now() > deadlineMs) {
      throw new AppError('engine_unavailable', `The engine did not become ready: ${why}`)
    }
    await pause(POLL_MS, signal).catch(() => {})
  }
}

async function whyNotReady(hub: Hub): Promise<string | null> {
  const [engines, { disk }] = await Promise.all([hub.status.engines(), hub.status.health()])
  const preferred = engines.find((engine) => engine.preferred)
  if (!disk.ready) return 'The disk is full.'
  return preferred === undefined ? 'No engine is configured.' : preferred.detail
}
