// Ends renders on other machines that nobody waits for, so that no GPU renders in vain: those of a job that ended while no worker had
// it (canceled between two attempts, past its deadline, its worker lost too often), and those on machines that a job left because
// they did not answer.
import type { JobId } from '../../domain/ids.ts'
import { type LostRender, type RemoteRender, rendersOf } from '../../domain/job.ts'
import type { HubPorts } from '../hub-ports.ts'

/** Renders of one round. */
const BATCH = 20
const ABANDON_TIMEOUT_MS = 10_000
/** A machine that is unreachable for this long has lost the render or has ended it. */
const GIVE_UP_AFTER_MS = 3_600_000

type Ports = Pick<HubPorts, 'unitOfWork' | 'jobs' | 'engines' | 'clock'>

/** @throws AppError of the first machine that could not be reached; the next round retries */
export async function abandonRenders(ports: Ports): Promise<void> {
  const { ended, running } = await ports.unitOfWork.read(async (tx) => ({
    ended: await ports.jobs.abandoned(tx, BATCH),
    running: await ports.jobs.running(tx),
  }))
  const failures: unknown[] = []
  const noteFailure = (error: unknown): void => void failures.push(error)
  for (const id of ended) await abandonRender(id, ports).catch(noteFailure)
  for (const id of running) await abandonLost(id, ports).catch(noteFailure)
  if (failures.length > 0) throw failures[0]
}

async function abandonRender(id: JobId, ports: Ports): Promise<void> {
  const job = await ports.unitOfWork.read((tx) => ports.jobs.get(tx, id))
  if (job === null || job.remoteRender === null) return
  const sinceMs = job.finishedAtMs ?? job.createdAtMs
  const { engine, seed, lost = [] } = job.remoteRender
  for (const one of rendersOf(job.remoteRender)) await abandonOne(one, sinceMs, ports)
  for (const one of lost) await abandonOne({ engine, seed, ...one }, sinceMs, ports)
  await ports.unitOfWork.write(async (tx) => {
    const now = await ports.jobs.get(tx, id)
    if (now === null) return
    await ports.jobs.update(tx, { ...now, remoteRender: null, version: now.version + 1 })
  })
}

/** The job itself goes on, on another machine: only what it left is ended. */
async function abandonLost(id: JobId, ports: Ports): Promise<void> {
  const job = await ports.unitOfWork.read((tx) => ports.jobs.get(tx, id))
  if (job === null || job.remoteRender === null) return
  const { engine, seed, lost: all = [] } = job.remoteRender
  const ended = new Set<string>()
  for (const one of all) {
    const remote = { engine, seed, ...one }
    const isEnded = await abandonOne(remote, one.leftAtMs, ports).then(
      () => true,
      // It does not answer yet, and other machines are not kept waiting by it.
      () => false,
    )
    if (isEnded) ended.add(one.id)
  }
  if (ended.size === 0) return
  await ports.unitOfWork.write(async (tx) => {
    const now = await ports.jobs.get(tx, id)
    if (now?.remoteRender?.lost === undefined) return
    const lost = now.remoteRender.lost.filter((one: LostRender) => !ended.has(one.id))
    await ports.jobs.update(tx, {
      ...now,
      remoteRender: { ...now.remoteRender, lost },
      version: now.version + 1,
    })
  })
}

/** @throws AppError `engine_unreachable`, unless it has been so for too long */
async function abandonOne(
  remote: RemoteRender,
  sinceMs: number,
  { engines, clock }: Ports,
): Promise<void> {
  try {
    await engines.get(remote.engine)?.abandon?.(remote, AbortSignal.timeout(ABANDON_TIMEOUT_MS))
  } catch (error) {
    if (clock.epochMs() - sinceMs < GIVE_UP_AFTER_MS) throw error
  }
}
