// A queue of a cloud as the command line uses it: examine the inputs, send them unchanged, follow the task, fetch its video. The
// hub takes the same steps, but nothing is remembered here: the id is the only way back to a task.
import type {
  RemoteQueue,
  RemoteRequest,
  SubmitOptions,
  SubmittedTask,
} from '../../app/ports/remote-queue.ts'
import { AppError, toAppError } from '../../domain/errors.ts'
import { carryRequest } from './carry-request.ts'
import { type CloudService, type CloudTask, hasEnded } from './cloud-service.ts'
import type { CloudTimes } from './cloud-times.ts'
import { endTask } from './end-task.ts'
import type { ExamineRequest } from './examine-request.ts'
import { fetchBeside } from './fetch-beside.ts'
import { followTask } from './follow-task.ts'
import { presentTask } from './present-task.ts'
import { submitRender } from './submit-render.ts'
import { toRemoteError } from './to-remote-error.ts'

export interface RemoteQueueOptions {
  readonly service: CloudService
  readonly times: CloudTimes
  readonly examine: ExamineRequest
  /** By the calendar: the service reports its times of day. */
  epochMs(): number
}

export function createRemoteQueue(options: RemoteQueueOptions): RemoteQueue {
  const { service, times, epochMs } = options
  const { title } = service
  const present = (id: string, task: CloudTask) => presentTask(id, task, title, epochMs())
  const require = async (id: string, signal: AbortSignal): Promise<CloudTask> => {
    const task = await service.look(id, signal)
    if (task !== null) return task
    throw new AppError('job_not_found', `${title} does not know the task ${id}.`)
  }
  return {
    title,
    submit: (request, given) => explained(() => submit(request, given, options)),

    look: (id, signal) => explained(async () => present(id, await require(id, signal))),

    follow: (id, { signal, onTask, onSilence }) =>
      explained(async () => {
        const say = (task: CloudTask): void => onTask(present(id, task))
        const ended = await followTask({ service, id, times, signal, onTask: say, onSilence })
        return present(id, ended)
      }),

    cancel: (id, signal) =>
      explained(async () => {
        await require(id, signal)
        await endTask(service, id, AbortSignal.any([signal, AbortSignal.timeout(times.endMs)]))
        return present(id, await require(id, signal))
      }),

    fetch: (id, { outputPath, signal, onProgress }) =>
      explained(async () => {
        const task = await require(id, signal)
        if (!hasEnded(task)) {
          throw new AppError('video_not_ready', `${id} is ${task.status} on ${title}.`)
        }
        const { failure } = present(id, task)
        if (failure !== null) throw failure
        return fetchBeside(outputPath, { service, id, task, times, signal, onProgress })
      }),
  }
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw toRemoteError(toAppError(thrown))
  }
}

async function submit(
  request: RemoteRequest,
  { signal, onStep }: SubmitOptions,
  { service, times, examine }: RemoteQueueOptions,
): Promise<SubmittedTask> {
  onStep('checking')
  await examine(request, signal)
  const onStore = (): void => onStep('storing')
  const { input, stored } = await carryRequest(request, { to: service, times, signal, onStore })
  try {
    const told = tellingSteps(service, onStep)
    const folder = stored?.place ?? null
    // Nothing is remembered here: an interrupted person gets the id, or the tasks that it may be.
    const forNobody = { keep: async () => {}, ownIds: new Set<string>() }
    const id = await submitRender({ service: told, input, folder, times, signal, ...forNobody })
    return { id, stored }
  } catch (thrown) {
    // A task that this request may have started needs them.
    if (!mayHaveArrived(toAppError(thrown))) await stored?.remove()
    throw thrown
  }
}

function tellingSteps(service: CloudService, onStep: SubmitOptions['onStep']): CloudService {
  return {
    ...service,
    async submit(input, timeoutMs) {
      onStep('sending')
      try {
        return await service.submit(input, timeoutMs)
      } catch (thrown) {
        if (toAppError(thrown).code === 'queue_full') onStep('queue_full')
        throw thrown
      }
    },
  }
}

function mayHaveArrived({ meta }: AppError): boolean {
  return Array.isArray(meta.candidates) && meta.candidates.length > 0
}
