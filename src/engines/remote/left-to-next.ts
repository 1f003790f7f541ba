// Whether a render that ends here is left to the next attempt: this program stops, or another worker has the job now. Its place
// is in the job's row, and the next attempt goes on with it instead of paying for a second one.
import type { RenderContext } from '../../app/ports/engine.ts'
import { AppError } from '../../domain/errors.ts'

/** false where nobody remembers the place. */
export function isLeftToNext({
  signal,
  remote,
}: Pick<RenderContext, 'signal' | 'remote'>): boolean {
  const { aborted, reason } = signal
  if (remote === undefined || !aborted || !(reason instanceof AppError)) return false
  return reason.code === 'stopping' || reason.code === 'worker_lost'
}
