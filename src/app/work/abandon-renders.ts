// Ends renders on other machines whose job ended while no worker had it (canceled between two attempts, past its deadline, its
// worker lost too often), so that no GPU renders in vain.
import type { JobId } from '../../domain/ids.ts'
import type { HubPorts } from '../hub-ports.ts'

/** Renders of one round. */
const BATCH = 20
const ABANDON_TIMEOUT_MS = 10_000
/** A machine that is unreachable for this long has lost the render or has ended it. */
const GIVE_UP_AFTER_MS = 3_600_000

type Ports = Pick<HubPorts, 'unitOfWork' | 'jobs' | 'engines' | 'clock'>

/** @throws AppError of the first machine that could not be reached; the next round retries */
export async function abandonRenders(ports: Ports): Promise<void> {
  const ids = await ports.unitOfWork.read((tx) => ports.jobs.abandoned(tx, BATCH))
  const failures: unknown[] = []
  for (const id of ids) {
    await abandonRender(id, ports).catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}

async function abandonRender(id: JobId, ports: Ports): Promise<void> {
  const job = await ports.unitOfWork.read((tx) => ports.jobs.get(tx, id))
  if (job === null || job.remoteRender === null) return
  try {
    const signal = AbortSignal.timeout(ABANDON_TIMEOUT_MS)
    await ports.engines.get(job.remoteRender.engine)?.abandon?.(job.remoteRender, signal)
  } catch (error) {
    const endedMs = job.finishedAtMs ?? job.createdAtMs
    if (ports.clock.epochMs() - endedMs < GIVE_UP_AFTER_MS) throw error
  }
  await ports.unitOfWork.write(async (tx) => {
    const now = await ports.jobs.get(tx, id)
    if (now === null) return
    await ports.jobs.update(tx, { ...now, remoteRender: null, version: now.version + 1 })
  })
}
