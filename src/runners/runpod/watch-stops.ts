// Watches for jobs that were canceled or timed out while they run. If the service cannot tell, it is not asked again: then such a
// job is rendered to its end, and its end is reported to nobody.
import { pause } from '../../async/pause.ts'
import { toAppError } from '../../domain/errors.ts'
import type { JobApi } from './job-api.ts'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000
/** An answer without news that comes at once would otherwise be followed by the next request at once. */
const SHORTEST_POLL_MS = 500

/** Returns when the signal is aborted. */
export async function watchStops(
  api: JobApi,
  onStop: (jobId: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; ) {
    const askedAtMs = performance.now()
    try {
      const ids = await api.hearStops(signal)
      if (ids === null) return
      for (const id of ids) onStop(id)
      pauseMs = FIRST_PAUSE_MS
      await pause(SHORTEST_POLL_MS - (performance.now() - askedAtMs), signal)
    } catch (thrown) {
      if (signal.aborted || toAppError(thrown).code === 'engine_failed') return
      await pause(pauseMs, signal).catch(() => {})
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    }
  }
}
