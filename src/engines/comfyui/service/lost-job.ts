// Finds the job of a submission whose answer was lost. The specification has no list of jobs, and its text speaks of one: the proxy
// has it. A job is recognised by its graph, which names its outputs after the id that this program gave it.
import { isRecord } from '@infinitetalk/contract/plain'
import { toAppError } from '../../../domain/errors.ts'
import type { ComfyAddress } from '../comfy-address.ts'
import { type Json, jobIdOf } from './job-answer.ts'
import { askService } from './service-request.ts'

/** Jobs since the submission: a service renders one after the other, and other clients send some. */
const NEWEST = 50
/** A service that needs longer for its list cannot be asked. */
const SEARCH_MS = 60_000

/** null: it did not arrive. `unknown`: this service cannot be asked. @throws AppError `engine_unreachable`, `canceled` */
export async function findLostJob(
  address: ComfyAddress,
  own: string,
  signal: AbortSignal,
): Promise<Json | null | 'unknown'> {
  const jobs = await listJobs(address, signal)
  if (jobs === null) return 'unknown'
  const untilMs = performance.now() + SEARCH_MS
  for (const job of jobs) {
    // Each request may take half a minute of its own.
    if (performance.now() > untilMs) return 'unknown'
    const path = `/api/v2/jobs/${encodeURIComponent(jobIdOf(job))}/workflow`
    const workflow = await askService(address, { path, signal }).catch((thrown: unknown) => {
      if (toAppError(thrown).meta.status === 404) return null
      throw thrown
    })
    if (JSON.stringify(workflow?.json ?? {}).includes(own)) return job
  }
  return null
}

/** Without a list nobody can tell. */
async function listJobs(
  address: ComfyAddress,
  signal: AbortSignal,
): Promise<readonly Json[] | null> {
  try {
    const { json } = await askService(address, { path: `/api/v2/jobs?limit=${NEWEST}`, signal })
    return Array.isArray(json.jobs) ? json.jobs.filter(isRecord) : null
  } catch (thrown) {
    const { meta } = toAppError(thrown)
    if (meta.status === 404 || meta.status === 405 || meta.status === 501) return null
    throw thrown
  }
}
