// Stores the finished windows of a job as its blobs, committed by the attempt that made them. They survive the worker, the hub and
// the machine that rendered them. An attempt that finished a window uses up no retry.
import { AppError } from '../../domain/errors.ts'
import type { Job } from '../../domain/job.ts'
import { BlobHold } from '../blob-hold.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { StoredWindow, WindowMemory } from '../ports/window-memory.ts'
import type { KeptWindow } from '../ports/window-store.ts'

type Ports = Pick<
  HubPorts,
  'unitOfWork' | 'jobs' | 'windows' | 'blobs' | 'references' | 'ids' | 'owner'
>

/** Finds the windows of earlier attempts; a window whose bytes are lost ends the usable row. */
export async function keepWindows(
  job: Pick<Job, 'id' | 'attempt'>,
  signal: AbortSignal,
  ports: Ports,
): Promise<WindowMemory> {
  const kept = await ports.unitOfWork.read((tx) => ports.windows.ofJob(tx, job.id))
  const done: StoredWindow[] = []
  for (const window of kept) {
    if (window.number !== done.length + 1 || !(await isThere(window, ports))) break
    done.push(await toStored(window, ports))
  }
  return {
    done,
    async keep(window, { segmentPath, handoverPath }) {
      const hold = new BlobHold(ports, ports.ids.newToken())
      try {
        const segment = await hold.takeFile(segmentPath, signal)
        const handover = handoverPath === null ? null : await hold.takeFile(handoverPath, signal)
        await hold.publish()
        const row: KeptWindow = { ...window, segment, handover, attempt: job.attempt }
        await commit(row, job, hold, ports)
        const stored = await toStored(row, ports)
        done.splice(window.number - 1, done.length, stored)
        return stored
      } finally {
        await hold.release()
      }
    },
  }
}

/** @throws AppError `worker_lost` when this attempt is not the running one */
async function commit(
  window: KeptWindow,
  { id, attempt }: Pick<Job, 'id' | 'attempt'>,
  hold: BlobHold,
  { unitOfWork, jobs, windows }: Ports,
): Promise<void> {
  await unitOfWork.write(async (tx) => {
    const job = await jobs.get(tx, id)
    if (job?.status !== 'running' || job.attempt !== attempt) {
      throw new AppError('worker_lost', 'This worker has lost the job’s lease.')
    }
    await hold.handOver(tx, { kind: 'job', id })
    await windows.put(tx, id, window)
    if (job.losses === 0 && job.crashes === 0) return
    await jobs.update(tx, { ...job, losses: 0, crashes: 0, version: job.version + 1 })
  })
}

async function isThere({ segment, handover }: KeptWindow, { blobs }: Ports): Promise<boolean> {
  const needed = handover === null ? [segment] : [segment, handover]
  for (const { sha256, bytes } of needed) if ((await blobs.size(sha256)) !== bytes) return false
  return true
}

async function toStored(
  { segment, handover, attempt: _, ...window }: KeptWindow,
  { blobs }: Ports,
): Promise<StoredWindow> {
  return {
    ...window,
    segmentPath: await blobs.localPath(segment.sha256),
    handoverPath: handover === null ? null : await blobs.localPath(handover.sha256),
  }
}
