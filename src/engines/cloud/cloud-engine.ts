// The engine that hands a whole render to the queue of a service and finishes the answer here like the output of every other
// engine. So length and sound are the same, whoever rendered.
import type { Engine } from '../../app/ports/engine.ts'
import { VIDEO_MODEL } from '../../domain/capabilities.ts'
import { AppError } from '../../domain/errors.ts'
import type { RemoteRender } from '../../domain/job.ts'
import { removeCarried } from './carry-inputs.ts'
import type { CloudService } from './cloud-service.ts'
import { CLOUD_TIMES, type CloudTimes } from './cloud-times.ts'
import { endTask } from './end-task.ts'
import type { PrepareInputs } from './prepare-inputs.ts'
import { renderInCloud } from './render-in-cloud.ts'
import { readNote } from './render-note.ts'

export interface CloudEngineOptions {
  readonly service: CloudService
  readonly prepareInputs: PrepareInputs
  readonly times?: CloudTimes
}

/** Health is asked by everyone, and such services count requests: one answer is good for this time. */
const HEALTH_CACHE_MS = 15_000

export type CloudEngine = Engine & Required<Pick<Engine, 'abandon'>>

export function createCloudEngine(options: CloudEngineOptions): CloudEngine {
  const { service, prepareInputs, times = CLOUD_TIMES } = options
  const ownIds = new Set<string>()
  let last: { readonly atMs: number; readonly health: Promise<string | null> } | null = null
  return {
    name: service.engine,
    // At the other end is a hub of ours, or a handler like the first one.
    capabilities: VIDEO_MODEL,
    runsIn: 'hub',
    // The service says that it renders, and not how far it is.
    samplingUnit: 'frames',
    samplingOf: () => null,
    probesInputs: true,
    isPredictable: false,
    health() {
      const nowMs = performance.now()
      if (last === null || nowMs - last.atMs >= HEALTH_CACHE_MS) {
        last = { atMs: nowMs, health: service.health(AbortSignal.any([])) }
      }
      return last.health
    },
    async generate(plan, context) {
      const request = { service, plan, prepareInputs, context, times, ownIds }
      const { path, warnings } = await renderInCloud(request)
      const comment = `AI-generated: lip-sync video made with infinitetalk-hub (rendered on ${service.title})`
      return { path, frames: plan.frames, warnings, comment }
    },
    abandon: (remote, signal) => abandon(remote, service, signal),
  }
}

/** Does nothing if the task belongs to another queue or is gone already. */
async function abandon(
  { engine, backend, id }: RemoteRender,
  service: CloudService,
  signal: AbortSignal,
): Promise<void> {
  if (engine !== service.engine || backend !== service.backend) return
  const note = readNote(id)
  if (note === null) return
  if (note.phase === 'task' && !(await endTask(service, note.id, signal))) {
    const detail = `${service.title} has not ended the task ${note.id} yet.`
    throw new AppError('engine_unreachable', detail)
  }
  if (note.folder !== null && service.storage !== undefined) {
    await removeCarried(note.folder, service.storage, signal)
  }
}
