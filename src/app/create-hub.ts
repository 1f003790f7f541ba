// The hub: its use cases under one interface, its worker and its sweeps, started and stopped together.
import { ALL_MODELS_SET } from '@infinitetalk/contract'
import { every } from '../async/every.ts'
import { Semaphore } from '../async/semaphore.ts'
import { AppError } from '../domain/errors.ts'
import type { JobId } from '../domain/ids.ts'
import { hubBatches } from './batches/hub-batches.ts'
import { engineHealth } from './engine-health.ts'
import { hubFiles } from './files/hub-files.ts'
import type {
  BackendView,
  Hub,
  HubHealth,
  HubJobs,
  SubmitOptions,
  SubmittedJob,
  WorkflowView,
} from './hub.ts'
import type { HubPorts } from './hub-ports.ts'
import { awaitJob, hasEnded } from './jobs/await-job.ts'
import { cancelJob } from './jobs/cancel-job.ts'
import { describeJob } from './jobs/describe-job.ts'
import { estimateJob } from './jobs/estimate-job.ts'
import { JobWatches } from './jobs/job-watches.ts'
import { keepJob } from './jobs/keep-job.ts'
import { openInput } from './jobs/open-input.ts'
import { openPoster, openVideo } from './jobs/open-output.ts'
import { openStreamPart, readStream } from './jobs/open-stream.ts'
import { purgeQueue } from './jobs/purge-queue.ts'
import { readCaptions } from './jobs/read-captions.ts'
import { getJob, listJobs, ownerOfJob } from './jobs/read-jobs.ts'
import { removeJob } from './jobs/remove-job.ts'
import { retakeJob } from './jobs/retake-job.ts'
import { retryJob } from './jobs/retry-job.ts'
import { streamEvents } from './jobs/stream-events.ts'
import { submitJob } from './jobs/submit-job.ts'
import type { AcceptanceResult } from './jobs/with-idempotency.ts'
import { KeyRing } from './keys/key-ring.ts'
import { LinkKey } from './link-key.ts'
import { listEngines } from './list-engines.ts'
import { ModelPull } from './model-pull.ts'
import { SpokenSounds } from './spoken-sounds.ts'
import { StorageMeter } from './storage-meter.ts'
import { WebhookDispatcher } from './webhooks/dispatcher.ts'
import { hubWebhooks } from './webhooks/hub-webhooks.ts'
import { abandonRenders } from './work/abandon-renders.ts'
import { BelievedTime } from './work/believed-time.ts'
import { LatestFrames } from './work/latest-frames.ts'
import { LeaseWatch } from './work/lease-watch.ts'
import { recover } from './work/recover.ts'
import { reportWorker } from './work/report-worker.ts'
import { FrameSharing } from './work/share-frames.ts'
import { sweepStorage, sweepWork } from './work/sweep.ts'
import { beatOwner, OWNER_LIFE_MS, sweepOwners } from './work/sweep-leftovers.ts'
import { Worker } from './work/worker.ts'

/** Requests whose media are probed at the same time. */
const PARALLEL_PROBES = 2
const SWEEP_WORK_EVERY_MS = 1000
const SWEEP_REMOTE_EVERY_MS = 5000
/** Longest time from the end of a job to the first attempt to report it. */
const SEND_WEBHOOKS_EVERY_MS = 500
const SWEEP_STORAGE_EVERY_MS = 30_000
const BEAT_OWNER_EVERY_MS = 5000
const REPORT_WORKER_EVERY_MS = 5000
const SWEEP_OWNERS_EVERY_MS = 15_000
/** Time for which a revoked link still opens and a revoked key is accepted. */
const READ_KEYS_EVERY_MS = 2000

export interface RunningHub extends Hub {
  /**
   * Accepts no new work. Running jobs have `limits.stopTimeoutMs` to end and are then put back; aborting `hurry` puts them back
   * at once. Requests that are being accepted and reads continue until the stores are closed.
   */
  stop(hurry?: AbortSignal): Promise<void>
  /** Call it after the stop, once no request is being accepted: others may then sweep the leftovers of this hub. */
  leave(): Promise<void>
  /** Resolves when this process was asked to drain and its last job has ended. */
  readonly drained: Promise<void>
}

export interface HubOptions {
  readonly ports: HubPorts
  /** No other process uses the stores. */
  readonly exclusive: boolean
  /** False for a hub that only accepts jobs. */
  readonly works: boolean
}

/** Recovers unfinished work, then starts the worker. */
export async function startHub({ ports, exclusive, works }: HubOptions): Promise<RunningHub> {
  await recover(exclusive, ports)
  const linkKey = await LinkKey.open(ports)
  const keys = await KeyRing.open(ports)
  const frames = new LatestFrames()
  const spoken = new SpokenSounds(ports)
  const worker = new Worker(ports, frames, exclusive)
  const stopped = new AbortController()
  const newestMs = await ports.unitOfWork.read((tx) => ports.jobs.newestTime(tx))
  const time = new BelievedTime(ports.clock, newestMs)
  const keeping = { time, signal: stopped.signal }
  const watch = new LeaseWatch(ports.limits.leaseMs)
  const ownerWatch = new LeaseWatch(OWNER_LIFE_MS)
  const tell = (where: string) => (error: unknown) =>
    ports.observer.observe({ type: 'hub.trouble', where, error })
  const dispatcher = new WebhookDispatcher(ports, linkKey)
  const drained = Promise.withResolvers<void>()
  const draining = { begun: false }
  const report = async (): Promise<void> => {
    if (!works || !ports.workers.isShared || !(await reportWorker(worker, ports))) return
    if (draining.begun) return
    draining.begun = true
    // It finishes what it has, however long that takes.
    void worker.stop(ports.limits.jobTimeoutMs).then(drained.resolve)
  }
  const firstReport = report().catch(tell('report of the worker'))
  const sweeps = [
    every(SEND_WEBHOOKS_EVERY_MS, () => dispatcher.turn(), tell('webhooks')),
    every(SWEEP_WORK_EVERY_MS, () => sweepWork(watch, ports), tell('sweep of work')),
    every(SWEEP_REMOTE_EVERY_MS, () => abandonRenders(ports), tell('sweep of remote renders')),
    every(READ_KEYS_EVERY_MS, () => linkKey.refresh(), tell('link key')),
    every(READ_KEYS_EVERY_MS, () => keys.refresh(), tell('API keys')),
    every(BEAT_OWNER_EVERY_MS, () => beatOwner(ports), tell('heartbeat of the hub')),
    every(REPORT_WORKER_EVERY_MS, report, tell('report of the worker')),
    every(SWEEP_OWNERS_EVERY_MS, () => sweepOwners(ownerWatch, ports), tell('sweep of leftovers')),
    every(SWEEP_STORAGE_EVERY_MS, () => sweepStorage(keeping, ports), tell('sweep of storage')),
    every(SWEEP_STORAGE_EVERY_MS, () => spoken.removeOld(), tell('sweep of spoken sounds')),
  ]
  if (works) worker.start()
  const storage = new StorageMeter(ports)
  const pull = new ModelPull(ports)
  const state = { stopping: false }
  const refuseWhenStopping = (): void => {
    if (state.stopping) throw new AppError('stopping', 'The hub is stopping and accepts no work.')
  }
  return {
    jobs: hubJobs(ports, frames, spoken, refuseWhenStopping),
    batches: hubBatches(ports, spoken, refuseWhenStopping),
    files: hubFiles(ports, spoken, refuseWhenStopping),
    links: { secret: () => linkKey.current() },
    keys,
    webhooks: hubWebhooks(ports),
    models: {
      async list() {
        const library = await ports.openModels()
        const models = await library.list({ sets: [ALL_MODELS_SET], names: [] })
        return { models, sets: library.sets }
      },
      pull: async (choice) => {
        refuseWhenStopping()
        return pull.pull(choice)
      },
      readPull: () => pull.readPull(),
      cancelPull: () => pull.cancelPull(),
    },
    status: {
      limits: () => ports.limits,
      health: () => readHealth(ports, state.stopping),
      workflows: () => listWorkflows(ports),
      engines: () => listEngines(ports),
      backends: () => listBackends(ports),
      workers: () => ports.unitOfWork.read((tx) => ports.workers.living(tx)),
      storage: () => storage.read(),
      queue: () => ports.unitOfWork.read((tx) => ports.dispatch.figures(tx)),
      jobs: () => ports.unitOfWork.read((tx) => ports.jobs.counts(tx)),
    },
    async stop(hurry) {
      state.stopping = true
      stopped.abort(new AppError('stopping', 'The hub is stopping.'))
      storage.stop()
      const pullEnded = pull.stop()
      const onHurry = (): void => worker.putBack()
      hurry?.addEventListener('abort', onHurry, { once: true })
      if (hurry?.aborted) onHurry()
      await worker.stop(ports.limits.stopTimeoutMs)
      hurry?.removeEventListener('abort', onHurry)
      await firstReport
      for (const sweep of sweeps) await sweep.stop()
      await dispatcher.stop()
      await pullEnded
    },
    drained: drained.promise,
    async leave() {
      await spoken.removeAll().catch(tell('end of the hub'))
      await ports.unitOfWork
        .write((tx) => ports.owners.forget(tx, ports.owner))
        .catch(tell('end of the hub'))
    },
  }
}

function hubJobs(
  ports: HubPorts,
  frames: LatestFrames,
  spoken: SpokenSounds,
  refuseWhenStopping: () => void,
): HubJobs {
  const probes = new Semaphore(PARALLEL_PROBES)
  const watches = new JobWatches(ports)
  const sharing = new FrameSharing(ports)
  const answer = async ({ madeId, replayed }: AcceptanceResult<JobId>): Promise<SubmittedJob> => ({
    view: await getJob(madeId, ports),
    replayed,
  })
  return {
    async submit(body: unknown, options: SubmitOptions) {
      refuseWhenStopping()
      const openSpeech = spoken.openFor(options.caller.ownerKey, false)
      return answer(await submitJob(body, options, probes, { ...ports, openSpeech }))
    },
    estimate: (body, options) => {
      const openSpeech = spoken.openFor(options.caller.ownerKey, true)
      return estimateJob(body, { ...options, probes }, { ...ports, openSpeech })
    },
    get: (id) => getJob(id, ports),
    ownerOf: (id) => ownerOfJob(id, ports),
    list: (query) => listJobs(query, ports),
    waitForChange: (id, { sinceVersion, waitMs, signal }) =>
      awaitJob(
        id,
        { until: (job) => job.version > sinceVersion || hasEnded(job), waitMs, signal },
        watches,
        ports,
      ),
    waitForEnd: (id, { waitMs, signal }) =>
      awaitJob(id, { until: hasEnded, waitMs, signal }, watches, ports),
    events: (id, afterSequence, signal) =>
      streamEvents({ id, afterSequence, signal }, watches, ports),
    cancel: (id) => cancelJob(id, ports),
    purge: ({ ownerKey }) => purgeQueue(ownerKey, ports),
    async retry(id, changes, options) {
      refuseWhenStopping()
      return answer(await retryJob(id, changes, options, ports))
    },
    async retake(id, changes, options) {
      refuseWhenStopping()
      return answer(await retakeJob(id, changes, options, ports))
    },
    describe: async (id, metadata) => {
      await describeJob(id, metadata, ports)
      return getJob(id, ports)
    },
    keep: async (id, kept) => {
      await keepJob(id, kept, ports)
      return getJob(id, ports)
    },
    async delete(id) {
      await removeJob(id, 'deleted', ports)
    },
    openVideo: (id) => openVideo(id, ports),
    openPoster: (id) => openPoster(id, ports),
    readStream: (id) => readStream(id, ports),
    openStreamPart: (id, number) => openStreamPart(id, number, ports),
    async latestFrame(id) {
      const { job } = await getJob(id, ports)
      return frames.get(job.id) ?? (await sharing.get(job))
    },
    openInput: (id, name) => openInput(id, name, ports),
    captions: (id) => readCaptions(id, ports),
  }
}

async function listBackends({ engines }: HubPorts): Promise<readonly BackendView[]> {
  const lists = [...engines.values()].map(async (engine) => {
    const backends = (await engine.backends?.()) ?? []
    return backends.map((backend) => ({ ...backend, engine: engine.name }))
  })
  return (await Promise.all(lists)).flat()
}

async function listWorkflows({ engines }: HubPorts): Promise<readonly WorkflowView[]> {
  const lists = [...engines.values()].map(async (engine) => {
    const workflows = (await engine.workflows?.()) ?? []
    return workflows.map((workflow) => ({ ...workflow, engine: engine.name }))
  })
  const all = (await Promise.all(lists)).flat()
  return all.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
}

async function readHealth(ports: HubPorts, stopping: boolean): Promise<HubHealth> {
  const engines = await Promise.all(
    [...ports.engines.values()].map(async (engine) => {
      const detail = await engineHealth(engine, ports)
      return { name: engine.name, ready: detail === null, detail }
    }),
  )
  const database = await ports.unitOfWork
    .read((tx) => ports.dispatch.figures(tx))
    .then(() => READY, notReady)
  const reserveBytes = ports.limits.diskReserveBytes
  const { freeBytes, blobs } = await ports.blobs.freeBytes().then(
    (bytes) => ({ freeBytes: bytes, blobs: READY }),
    (error: Error) => ({ freeBytes: 0, blobs: notReady(error) }),
  )
  const disk = { freeBytes, reserveBytes, ready: freeBytes >= reserveBytes }
  const store = database.ready ? blobs : database
  const engineReady = engines.some(({ ready }) => ready)
  const ready = !stopping && engineReady && store.ready && disk.ready
  return { ready, stopping, engines, store, disk }
}

const READY = { ready: true, detail: null }

function notReady({ message }: Error): HubHealth['store'] {
  return { ready: false, detail: message }
}
