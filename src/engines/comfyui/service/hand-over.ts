// Sends a graph to a service exactly once. Its `Idempotency-Key` is single-use: a repeated request with the key never runs a second time,
// but does not get the first answer either. So a lost answer is looked for among the jobs, by the id in the names of the outputs.
import { pause } from '../../../async/pause.ts'
import { AppError, toAppError } from '../../../domain/errors.ts'
import type { ComfyAddress } from '../comfy-address.ts'
import type { HandOverTimes, PromptRequest } from '../comfy-api.ts'
import { type Json, jobIdOf } from './job-answer.ts'
import { findLostJob } from './lost-job.ts'
import { explainRefusedGraph } from './refused-graph.ts'
import { withAssets } from './service-assets.ts'
import { askService, wasNeverHeard } from './service-request.ts'

export interface HandOver {
  readonly address: ComfyAddress
  readonly request: PromptRequest
  readonly times: HandOverTimes
  /** How long a service that takes no job now is asked again. */
  readonly patienceMs: number
  readonly signal: AbortSignal
}

const SUBMIT_MS = 120_000
const MAX_SENDS = 3
const [SHORTEST_WAIT_MS, USUAL_WAIT_MS, LONGEST_WAIT_MS] = [100, 5000, 60_000]
const PASSING: ReadonlySet<string> = new Set(['engine_busy', 'engine_deployment_not_ready'])

/**
 * @returns the job
 * @throws AppError of a refusal; `engine_unreachable` when it may have been taken, or what the signal was aborted with
 */
export async function handOver(all: HandOver): Promise<Json> {
  const { address, request, times, patienceMs, signal } = all
  const untilMs = performance.now() + patienceMs
  for (let sends = 1; ; ) {
    signal.throwIfAborted()
    try {
      return await send(all)
    } catch (thrown) {
      const error = explainRefusedGraph(toAppError(thrown), request.graph)
      if (PASSING.has(error.code) && performance.now() < untilMs) {
        await pause(waitOf(error), signal)
        continue
      }
      const isReuse = error.meta.said === 'idempotency_key_reuse'
      if (error.code !== 'engine_unreachable' && !isReuse) throw error
      if (!wasNeverHeard(error) || isReuse) {
        await pause(times.pollFirstMs, signal)
        const found = await findLostJob(address, request.promptId, signal)
        if (found !== null && found !== 'unknown') return found
        if (found === 'unknown' || isReuse) throw doubt(address, error)
      }
      if (sends === MAX_SENDS) throw error
      sends += 1
      await pause(times.pollFirstMs, signal)
    }
  }
}

/** The end of the job does not end this call: an unread answer would leave a render whose id nobody knows. */
async function send({ address, request }: HandOver): Promise<Json> {
  const { graph, promptId } = request
  const { json } = await askService(address, {
    method: 'POST',
    path: '/api/v2/jobs',
    headers: { 'content-type': 'application/json', 'idempotency-key': promptId },
    body: JSON.stringify({ workflow: withAssets(graph) }),
    signal: new AbortController().signal,
    timeoutMs: SUBMIT_MS,
  })
  jobIdOf(json)
  return json
}

function waitOf({ meta }: AppError): number {
  const asked = typeof meta.retryAfterMs === 'number' ? meta.retryAfterMs : USUAL_WAIT_MS
  return Math.min(Math.max(asked, SHORTEST_WAIT_MS), LONGEST_WAIT_MS)
}

export function doubt({ url }: ComfyAddress, cause: AppError | undefined): AppError {
  const detail = `The Comfy API at ${url} did not confirm the render and may be rendering it, so it is not sent a second time. ${cause?.detail ?? ''}`
  return new AppError('engine_unreachable', detail.trim(), { cause, meta: { isInDoubt: true } })
}
