// Whether jobs of an engine can be rendered: by this process, or by another one of the store.
import { NO_NEED } from '../domain/worker-needs.ts'
import { reasonToWait } from '../domain/worker-status.ts'
import type { HubPorts } from './hub-ports.ts'
import type { Engine } from './ports/engine.ts'

/** @returns the reason why they cannot; null when they can */
export async function engineHealth(
  engine: Engine,
  { unitOfWork, workers }: Pick<HubPorts, 'unitOfWork' | 'workers'>,
): Promise<string | null> {
  const detail = await engine.health()
  if (detail === null || !workers.isShared) return detail
  // While the database is away, its own message says so.
  const living = await unitOfWork.read((tx) => workers.living(tx)).catch(() => [])
  return reasonToWait({ engine: engine.name, need: NO_NEED }, living) === null ? null : detail
}
