// An endpoint of a cloud as the command line uses it: examine the inputs, send them unchanged, take the video from the answer.
import type {
  CallOptions,
  FetchedVideo,
  RemoteEndpoint,
  RemoteRequest,
} from '../../app/ports/remote-queue.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import { carryRequest } from './carry-request.ts'
import { wasNeverHeard } from './cloud-request.ts'
import type { CloudEndpoint, CloudInput, CloudTask } from './cloud-service.ts'
import type { CloudTimes } from './cloud-times.ts'
import type { ExamineRequest } from './examine-request.ts'
import { fetchBeside } from './fetch-beside.ts'
import { explainEnd } from './read-result.ts'
import { toRemoteError } from './to-remote-error.ts'

export interface RemoteEndpointOptions {
  readonly endpoint: CloudEndpoint
  readonly times: CloudTimes
  readonly examine: ExamineRequest
}

export function createRemoteEndpoint(options: RemoteEndpointOptions): RemoteEndpoint {
  const { endpoint, examine } = options
  const { title, maxSeconds } = endpoint
  return {
    title,
    maxSeconds,
    measure: examine,
    async call(request, given) {
      try {
        return await call(request, given, options)
      } catch (thrown) {
        throw toRemoteError(toAppError(thrown))
      }
    },
  }
}

async function call(
  request: RemoteRequest,
  { outputPath, signal, onStep }: CallOptions,
  { endpoint, times }: RemoteEndpointOptions,
): Promise<FetchedVideo> {
  const onStore = (): void => onStep('storing')
  const { input, stored } = await carryRequest(request, { to: endpoint, times, signal, onStore })
  try {
    onStep('calling')
    const task = await callOnce(input, signal, endpoint)
    if (task.state !== 'succeeded') throw explainEnd(task, endpoint.title)
    // The links belong to this one answer: nobody can be asked for new ones.
    const service = { title: endpoint.title, look: async () => null }
    return await fetchBeside(outputPath, { service, id: 'answer', task, times, signal })
  } finally {
    await stored?.remove()
  }
}

const LOOK_BACK_MS = 5000

/** A call is never repeated, because the first one may render. The error names what may still run instead. */
async function callOnce(
  input: CloudInput,
  signal: AbortSignal,
  endpoint: CloudEndpoint,
): Promise<CloudTask> {
  const mark = (await endpoint.lookBack?.mark(signal)) ?? ''
  signal.throwIfAborted()
  try {
    return await endpoint.call(input, signal)
  } catch (thrown) {
    const error = toAppError(thrown)
    const isLost =
      signal.aborted || (error.code === 'engine_unreachable' && error.meta.status === undefined)
    if (!isLost || wasNeverHeard(error)) throw error
    const candidates = await begunSince(mark, endpoint)
    throw new AppError(error.code, error.detail, {
      cause: error,
      meta: { ...error.meta, candidates },
    })
  }
}

/** Best effort: after an interrupt nobody waits for long. */
async function begunSince(mark: string, { lookBack }: CloudEndpoint): Promise<readonly string[]> {
  if (lookBack === undefined) return []
  return lookBack.since(mark, AbortSignal.timeout(LOOK_BACK_MS)).catch(() => [])
}
