// Stores the finished windows of a job and its encoded sound as its blobs, committed by the attempt that made them. They survive the worker, the hub and
// the machine that rendered them. An attempt that finished a window uses up no retry.
import { AppError } from '../../domain/errors.ts'
import type { Job } from '../../domain/job.ts'
import { BlobHold } from '../blob-hold.ts'
import type { HubPorts } from '../hub-ports.ts'
import type { Transaction } from '../ports/unit-of-work.ts'
import { putInOrder, type StoredWindow, type WindowMemory } from '../ports/window-memory.ts'
import type { KeptBlob, KeptWindow } from '../ports/window-store.ts'

type Ports = Pick<
  HubPorts,
  'unitOfWork' | 'jobs' | 'windows' | 'blobs' | 'references' | 'ids' | 'owner'
>

/** Finds the windows of earlier attempts whose bytes are there. */
export async function keepWindows(
  job: Pick<Job, 'id' | 'attempt'>,
  signal: AbortSignal,
  ports: Ports,
): Promise<WindowMemory> {
  const [kept, keptSound] = await ports.unitOfWork.read(async (tx) => [
    await ports.windows.ofJob(tx, job.id),
    await ports.windows.soundOf(tx, job.id),
  ])
  const done: StoredWindow[] = []
  for (const window of kept) {
    const { segment, handover, lead } = window
    if (await areThere([segment, handover, lead], ports)) done.push(await toStored(window, ports))
  }
  const isSoundThere = keptSound !== null && (await areThere([keptSound], ports))
  let sound: string | null = isSoundThere ? await ports.blobs.localPath(keptSound.sha256) : null
  return {
    done,
    get sound() {
      return sound
    },
    async keepSound(path) {
      const hold = new BlobHold(ports, ports.ids.newToken())
      try {
        const blob = await hold.takeFile(path, signal)
        await hold.publish()
        await commit(job, hold, (tx) => ports.windows.putSound(tx, job.id, blob), ports)
        sound = await ports.blobs.localPath(blob.sha256)
        return sound
      } finally {
        await hold.release()
      }
    },
    async keep(window, { segmentPath, handoverPath, leadPath }) {
      const hold = new BlobHold(ports, ports.ids.newToken())
      try {
        const segment = await hold.takeFile(segmentPath, signal)
        const handover = handoverPath === null ? null : await hold.takeFile(handoverPath, signal)
        const lead = leadPath === null ? null : await hold.takeFile(leadPath, signal)
        await hold.publish()
        const row: KeptWindow = { ...window, segment, handover, lead, attempt: job.attempt }
        const put = async (tx: Transaction, current: Job): Promise<void> => {
          await ports.windows.put(tx, job.id, row)
          if (current.losses === 0 && current.crashes === 0) return
          const { version } = current
          await ports.jobs.update(tx, { ...current, losses: 0, crashes: 0, version: version + 1 })
        }
        await commit(job, hold, put, ports)
        const stored = await toStored(row, ports)
        putInOrder(done, stored)
        return stored
      } finally {
        await hold.release()
      }
    },
  }
}

/** @throws AppError `worker_lost` when this attempt is not the running one */
async function commit(
  { id, attempt }: Pick<Job, 'id' | 'attempt'>,
  hold: BlobHold,
  put: (tx: Transaction, job: Job) => Promise<void>,
  { unitOfWork, jobs }: Ports,
): Promise<void> {
  await unitOfWork.write(async (tx) => {
    const job = await jobs.get(tx, id)
    if (job?.status !== 'running' || job.attempt !== attempt) {
      throw new AppError('worker_lost', 'This worker has lost the job’s lease.')
    }
    await hold.handOver(tx, { kind: 'job', id })
    await put(tx, job)
  })
}

async function areThere(needed: readonly (KeptBlob | null)[], { blobs }: Ports): Promise<boolean> {
  for (const blob of needed) {
    if (blob !== null && (await blobs.size(blob.sha256)) !== blob.bytes) return false
  }
  return true
}

async function toStored(
  { segment, handover, lead, attempt: _, ...window }: KeptWindow,
  { blobs }: Ports,
): Promise<StoredWindow> {
  const pathOf = async (blob: KeptBlob | null): Promise<string | null> =>
    blob === null ? null : blobs.localPath(blob.sha256)
  return {
    ...window,
    segmentPath: await blobs.localPath(segment.sha256),
    handoverPath: await pathOf(handover),
    leadPath: await pathOf(lead),
  }
}
