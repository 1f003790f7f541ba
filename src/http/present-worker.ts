// A worker as the API shows it.
import type { WorkerResource } from '@infinitetalk/contract'
import type { WorkerStatus } from '../domain/worker-status.ts'

export function presentWorker(worker: WorkerStatus): WorkerResource {
  const { name, version, engines, gpus, running, maxRunning, draining, startedAtMs } = worker
  return {
    object: 'worker',
    name,
    version,
    engines: engines.map((engine) => ({ ...engine, ready: engine.detail === null })),
    gpus: [...gpus],
    running,
    max_running: maxRunning,
    draining,
    started_at: new Date(startedAtMs).toISOString(),
  }
}
