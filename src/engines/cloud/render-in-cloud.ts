// One render on the queue of a service, from the inputs on this disk to the video on this disk. In every case, nothing that
// costs money is left there: no task that runs for nobody, no inputs. The exception: when this program only stops, or cannot see
// the task for a while, the next attempt resumes the task.
import { join } from 'node:path'
import type { RenderContext } from '../../app/ports/engine.ts'
import { toAppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import { isLeftToNext } from '../remote/left-to-next.ts'
import { carryInputs, removeCarried } from './carry-inputs.ts'
import type { CloudService, CloudTask } from './cloud-service.ts'
import type { CloudTimes } from './cloud-times.ts'
import { endTask } from './end-task.ts'
import { fetchVideo } from './fetch-video.ts'
import { followTask, isOutOfSight } from './follow-task.ts'
import type { PrepareInputs } from './prepare-inputs.ts'
import { explainEnd } from './read-result.ts'
import { type RenderNote, readNote, writeNote } from './render-note.ts'
import { requireNotArrived, submitRender } from './submit-render.ts'

export interface CloudRenderRequest {
  readonly service: CloudService
  readonly plan: RenderPlan
  readonly prepareInputs: PrepareInputs
  readonly context: RenderContext
  readonly times: CloudTimes
  /** Tasks that this program started, so that no job takes another job's task for its own. */
  readonly ownIds: Set<string>
}

export interface CloudRenderResult {
  readonly path: string
  readonly warnings: readonly string[]
}

/** The render's traces at the service. */
interface OwnTask {
  id: string | null
  /** The folder of the inputs that are stored there. */
  folder: string | null
  warnings: readonly string[]
  hasEnded: boolean
}

/** @throws AppError */
export async function renderInCloud(request: CloudRenderRequest): Promise<CloudRenderResult> {
  const own: OwnTask = { id: null, folder: null, warnings: [], hasEnded: false }
  let isLeft = false
  try {
    const { service, context, times } = request
    const id = (await recall(own, request)) ?? (await begin(own, request))
    const { signal } = context
    const onTask = (task: CloudTask): void => sayProgress(task, context)
    const task = await followTask({ service, id, times, signal, onTask })
    own.hasEnded = true
    if (task.state !== 'succeeded') throw explainEnd(task, service.title)
    context.onProgress({ stage: 'saving', done: 0, total: 0 })
    const path = join(context.workDir, `${service.engine}.video`)
    await fetchVideo({ service, id, task, toPath: path, times, signal })
    return { path, warnings: own.warnings }
  } catch (thrown) {
    isLeft = mayBeResumed(thrown, request.context)
    throw thrown
  } finally {
    if (!isLeft) await tidy(own, request)
  }
}

/** The id of the task that an earlier attempt started; null when there is none. */
async function recall(own: OwnTask, request: CloudRenderRequest): Promise<string | null> {
  const { service, context } = request
  const found = context.remote?.found ?? null
  if (found === null || found.engine !== service.engine || found.backend !== service.backend) {
    return null
  }
  const note = readNote(found.id)
  if (note === null) return null
  own.folder = note.folder
  if (note.phase === 'sending') {
    await requireNotArrived(note.mark, null, { ...request, signal: context.signal })
    await removeStored(own, request)
    return null
  }
  own.id = note.id
  own.warnings = found.warnings ?? []
  if (await isForgotten(note.id, request)) {
    own.id = null
    await removeStored(own, request)
    return null
  }
  remember(note.id, request)
  return note.id
}

/** More than a queue lists at a time. */
const MAX_OWN_IDS = 1000

function remember(id: string, { ownIds }: CloudRenderRequest): void {
  ownIds.add(id)
  const [oldest] = ownIds
  if (ownIds.size > MAX_OWN_IDS && oldest !== undefined) ownIds.delete(oldest)
}

/** A gateway that does not answer has not said that it forgot the task. */
async function isForgotten(id: string, { service, context }: CloudRenderRequest): Promise<boolean> {
  try {
    return (await service.look(id, context.signal)) === null
  } catch (thrown) {
    if (context.signal.aborted || toAppError(thrown).code !== 'engine_unreachable') throw thrown
    return false
  }
}

/** Services do not report the progress of a task, only whether it waits or runs. */
function sayProgress({ state }: CloudTask, { onProgress }: RenderContext): void {
  onProgress({ stage: state === 'running' ? 'sampling' : 'waiting', done: 0, total: 0 })
}

async function begin(own: OwnTask, request: CloudRenderRequest): Promise<string> {
  const { service, plan, context, times, ownIds } = request
  const { signal, remote, onProgress } = context
  const inputs = await request.prepareInputs(plan, context)
  own.warnings = inputs.warnings
  onProgress({ stage: 'waiting', done: 0, total: 0 })
  const { input, folder } = await carryInputs(plan, inputs, service, signal, (made) => {
    own.folder = made
  })
  const keep = async (note: RenderNote): Promise<void> => {
    const { engine, backend } = service
    const { seed } = plan
    const { warnings } = inputs
    await remote?.keep({ engine, backend, id: writeNote(note), seed, warnings })
  }
  const id = await submitRender({ service, input, folder, keep, ownIds, times, signal })
  own.id = id
  remember(id, request)
  try {
    await keep({ phase: 'task', folder, id })
  } catch (thrown) {
    // Nobody would find it again: a task that cannot be recorded must not run on.
    await tidy(own, request)
    throw thrown
  }
  signal.throwIfAborted()
  return id
}

/** A task that cannot be seen is resumed by the next attempt as well: it may still run. */
function mayBeResumed(thrown: unknown, context: RenderContext): boolean {
  if (context.signal.aborted) return isLeftToNext(context)
  return context.remote !== undefined && isOutOfSight(toAppError(thrown))
}

/** Best effort with a deadline: nothing can be tidied on a service that is away. */
async function tidy(own: OwnTask, request: CloudRenderRequest): Promise<void> {
  const { service, times } = request
  try {
    if (own.id !== null && !own.hasEnded) {
      own.hasEnded = await endTask(service, own.id, AbortSignal.timeout(times.endMs))
    }
  } catch {
    // The failure of the render is already reported.
  }
  await removeStored(own, request)
}

async function removeStored(own: OwnTask, { service, times }: CloudRenderRequest): Promise<void> {
  const { folder } = own
  own.folder = null
  if (folder === null || service.storage === undefined) return
  await removeCarried(folder, service.storage, AbortSignal.timeout(times.tidyMs))
}
