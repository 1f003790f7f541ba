// Reports this process in a shared store while it renders: its engines and GPUs, and how many jobs it has. Hubs read there whether
// anybody can render a job. The answer carries the request to drain.
import type { WorkerReport } from '../../domain/worker-status.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Worker } from './worker.ts'

/** @returns whether it was asked to drain @throws AppError `store_unavailable` */
export async function reportWorker(worker: Worker, ports: HubPorts): Promise<boolean> {
  const report = await describeWorker(worker, ports)
  return ports.unitOfWork.write((tx) => ports.workers.report(tx, ports.owner, report))
}

async function describeWorker(
  worker: Worker,
  { engines, limits, program }: HubPorts,
): Promise<WorkerReport> {
  const described = await Promise.all(
    [...engines.values()].map(async (engine) => ({
      name: engine.name,
      detail: await engine.health(),
      needs: await engine.needs?.(),
      backends: (await engine.backends?.()) ?? [],
    })),
  )
  const backends = described.flatMap((engine) => engine.backends)
  return {
    ...program,
    engines: described.map(({ name, detail, needs }) => ({
      name,
      detail,
      ...(needs === undefined ? {} : { needs: Object.fromEntries(needs) }),
    })),
    gpus: backends.flatMap(({ gpu }) => gpu?.name ?? []),
    running: worker.running,
    maxRunning: limits.renderMaxParallel,
  }
}
