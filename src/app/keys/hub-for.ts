// The hub as one caller may see it. For a key that is no admin, the jobs and files of other keys do not exist: it learns neither
// their content nor whether there are any.
import { AppError } from '../../domain/errors.ts'
import type {
  BackendView,
  Caller,
  Hub,
  HubBatches,
  HubFiles,
  HubJobs,
  HubWebhooks,
  StorageView,
} from '../hub.ts'

export function hubFor(caller: Caller, hub: Hub): Hub {
  if (caller.isAdmin) return hub
  return {
    ...hub,
    jobs: ownJobs(caller, hub.jobs),
    batches: ownBatches(caller, hub.batches),
    files: ownFiles(caller, hub.files),
    webhooks: ownWebhooks(caller, hub),
    status: {
      ...hub.status,
      backends: () => backendsFor(caller, hub),
      storage: () => storageFor(hub),
    },
  }
}

/** A machine is busy with a job that does not exist for this caller. */
async function backendsFor(
  { ownerKey }: Caller,
  { jobs, status }: Hub,
): Promise<readonly BackendView[]> {
  const hide = async (backend: BackendView): Promise<BackendView> => {
    const id = backend.job?.id ?? null
    if (id === null || (await jobs.ownerOf(id)) === ownerKey) return backend
    return { ...backend, job: { ...backend.job!, id: null } }
  }
  return Promise.all((await status.backends()).map(hide))
}

/** Equal content is stored once, so a size that does not grow would tell that another key has it. */
async function storageFor({ status }: Hub): Promise<StorageView> {
  const storage = await status.storage()
  return { ...storage, files: null, bytes: null, freeBytes: roughly(storage.freeBytes) }
}

const ROUGHLY_BYTES = 100_000_000

/** An exact figure would tell about every upload. */
function roughly(bytes: number): number {
  return Math.floor(bytes / ROUGHLY_BYTES) * ROUGHLY_BYTES
}

/** An id of nobody gets the answer that everybody gets. @throws AppError `job_not_found` */
async function checkOwner(id: string, { ownerKey }: Caller, jobs: HubJobs): Promise<void> {
  const owner = await jobs.ownerOf(id)
  if (owner === null || owner === ownerKey) return
  throw new AppError('job_not_found', `There is no job "${id.slice(0, 80)}".`)
}

function ownJobs(caller: Caller, jobs: HubJobs): HubJobs {
  const own =
    <Rest extends readonly unknown[], Answer>(
      call: (id: string, ...rest: Rest) => Promise<Answer>,
    ) =>
    async (id: string, ...rest: Rest): Promise<Answer> => {
      await checkOwner(id, caller, jobs)
      return call(id, ...rest)
    }
  return {
    submit: jobs.submit,
    estimate: jobs.estimate,
    purge: jobs.purge,
    list: (query) => jobs.list({ ...query, ownerKey: caller.ownerKey }),
    ownerOf: own(jobs.ownerOf),
    get: own(jobs.get),
    waitForChange: own(jobs.waitForChange),
    waitForEnd: own(jobs.waitForEnd),
    async *events(id, afterSequence, signal) {
      await checkOwner(id, caller, jobs)
      yield* jobs.events(id, afterSequence, signal)
    },
    cancel: own(jobs.cancel),
    retry: own(jobs.retry),
    retake: own(jobs.retake),
    describe: own(jobs.describe),
    keep: own(jobs.keep),
    delete: own(jobs.delete),
    openVideo: own(jobs.openVideo),
    openPoster: own(jobs.openPoster),
    readStream: own(jobs.readStream),
    openStreamPart: own(jobs.openStreamPart),
    latestFrame: own(jobs.latestFrame),
    openInput: own(jobs.openInput),
    captions: own(jobs.captions),
  }
}

function ownWebhooks(caller: Caller, { jobs, webhooks }: Hub): HubWebhooks {
  const { ownerKey } = caller
  return {
    list: (query) => webhooks.list({ ...query, ownerKey }),
    async ofJob(id) {
      await checkOwner(id, caller, jobs)
      return webhooks.ofJob(id)
    },
    redeliver: (id) => webhooks.redeliver(id, ownerKey),
    secrets: webhooks.secrets,
  }
}

function ownBatches({ ownerKey }: Caller, batches: HubBatches): HubBatches {
  return {
    submit: batches.submit,
    list: (query) => batches.list({ ...query, ownerKey }),
    get: (id) => batches.get(id, ownerKey),
    cancel: (id) => batches.cancel(id, ownerKey),
    delete: (id) => batches.delete(id, ownerKey),
    openArchive: (id) => batches.openArchive(id, ownerKey),
  }
}

function ownFiles(caller: Caller, files: HubFiles): HubFiles {
  const checkFile = async (id: string): Promise<void> => {
    const { ownerKey } = await files.get(id)
    if (ownerKey === caller.ownerKey) return
    throw new AppError('file_not_found', `There is no uploaded file "${id.slice(0, 80)}".`)
  }
  return {
    create: files.create,
    receive: files.receive,
    checkRoom: files.checkRoom,
    async complete(id, options) {
      await checkFile(id)
      return files.complete(id, options)
    },
    async completeDirect(id, options) {
      await checkFile(id)
      return files.completeDirect(id, options)
    },
    speak: files.speak,
    async faces(source, signal) {
      if (source.kind === 'file') await checkFile(source.fileId)
      return files.faces(source, signal)
    },
    async write(id, options) {
      await checkFile(id)
      return files.write(id, options)
    },
    async get(id) {
      await checkFile(id)
      return files.get(id)
    },
    async delete(id) {
      await checkFile(id)
      return files.delete(id)
    },
  }
}
