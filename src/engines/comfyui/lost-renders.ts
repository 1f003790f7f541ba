// Renders that a job left behind on machines that did not answer: they may still run there, for nobody. They are recorded with the
// job, and ended when the machine answers again.
import type { LostRender, RemoteRender } from '../../domain/job.ts'
import type { Backend } from './backend.ts'

/** The newest ones of a job are kept: each occupies a machine at most until its prompts have run. */
const MAX_LOST = 8

/**
 * @param found the record of the job so far
 * @param backend where the job is rendered now
 * @param before where it was rendered before; null when it is not known any more
 */
export function lostRenders(
  found: RemoteRender | null,
  backend: Backend,
  before: Backend | null,
  nowMs: number,
): readonly LostRender[] {
  if (found === null || found.engine !== 'comfyui') return []
  const known = found.lost ?? []
  // A process of our own that did not answer was ended, and its renders with it.
  const isOwn = before?.isGone !== undefined
  if (found.backend === backend.name || isOwn) return known
  const { backend: machine, id, prompts } = found
  const left = { backend: machine, id, leftAtMs: nowMs }
  const lost = prompts === undefined ? left : { ...left, prompts }
  return [...known.filter((other) => other.id !== id), lost].slice(-MAX_LOST)
}
