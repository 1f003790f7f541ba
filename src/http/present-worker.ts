// A worker as the API shows it.
import type { WorkerResource } from '@infinitetalk/contract'
import { isWorkflowName } from '../domain/worker-needs.ts'
import type { WorkerEngine, WorkerStatus } from '../domain/worker-status.ts'
import { isoTime } from './iso-time.ts'

export function presentWorker(worker: WorkerStatus): WorkerResource {
  const { name, version, engines, gpus, running, maxRunning, draining, startedAtMs } = worker
  return {
    object: 'worker',
    name,
    version,
    engines: engines.map(presentEngine),
    gpus: [...gpus],
    running,
    max_running: maxRunning,
    draining,
    started_at: isoTime(startedAtMs),
  }
}

function presentEngine({ name, detail, needs }: WorkerEngine) {
  const workflows = Object.entries(needs ?? {}).filter(([need]) => isWorkflowName(need))
  return {
    ...readiness(name, detail),
    workflows: needs === undefined ? null : workflows.map((one) => readiness(...one)),
  }
}

function readiness(name: string, detail: string | null) {
  return { name, ready: detail === null, detail }
}
