// Hands a render over exactly once. An answer may be lost on its way back, and a service that makes the ids itself starts a
// second render for a repeated request: nothing is sent again before it is certain that the first request never arrived.
import { pause } from '../../async/pause.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import { wasNeverHeard } from './cloud-request.ts'
import type { CloudInput, CloudService } from './cloud-service.ts'
import type { CloudTimes } from './cloud-times.ts'
import type { RenderNote } from './render-note.ts'

export interface Submission {
  readonly service: CloudService
  readonly input: CloudInput
  /** The folder of the stored inputs; null when they are in the request. */
  readonly folder: string | null
  /** The note is durable when this returns. */
  readonly keep: (note: RenderNote) => Promise<void>
  /** Tasks that other jobs of this program started. */
  readonly ownIds: ReadonlySet<string>
  readonly times: CloudTimes
  readonly signal: AbortSignal
}

const MAX_SENDS = 3

/**
 * @returns the id of the task
 * @throws AppError `engine_unavailable`, `queue_full`, `engine_unreachable`, or the reason of the signal
 */
export async function submitRender(submission: Submission): Promise<string> {
  const { service, folder, keep, times, signal } = submission
  let busyMs = times.busyFirstMs
  const busyUntilMs = performance.now() + times.busyMs
  for (let sends = 1; ; ) {
    const mark = (await service.lookBack?.mark(signal)) ?? ''
    signal.throwIfAborted()
    await keep({ phase: 'sending', folder, mark })
    try {
      // The job's end does not end this call: an unread answer would leave a render whose id nobody knows.
      return await service.submit(submission.input, times.submitMs)
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code === 'queue_full') {
        if (performance.now() >= busyUntilMs) throw error
        await pause(busyMs, signal)
        busyMs = Math.min(busyMs * 2, times.busyLongestMs)
        continue
      }
      if (error.code !== 'engine_unreachable') throw error
      if (!wasNeverHeard(error)) await requireNotArrived(mark, error, submission)
      if (sends === MAX_SENDS) throw error
      sends += 1
      await pause(times.settleMs, signal)
    }
  }
}

/**
 * Returns when a request with a lost answer started no task.
 *
 * @throws AppError `engine_unreachable` when it may have started one: its id is unknown, and it must not render twice.
 *   `meta.candidates` are the tasks that it may be.
 */
export async function requireNotArrived(
  mark: string,
  cause: AppError | null,
  { service, ownIds, times, signal }: Pick<Submission, 'service' | 'ownIds' | 'times' | 'signal'>,
): Promise<void> {
  const { lookBack, title } = service
  let candidates: readonly string[] = []
  if (lookBack !== undefined) {
    await pause(times.settleMs, signal)
    const young = await lookBack.since(mark, signal)
    candidates = young.filter((id) => !ownIds.has(id))
    if (candidates.length === 0) return
  }
  const detail = `${title} did not confirm the render and may be rendering it, so it is not sent a second time. ${cause?.detail ?? ''}`
  const meta = { candidates }
  throw new AppError('engine_unreachable', detail.trim(), { cause: cause ?? undefined, meta })
}
