// Pulls all chosen models into the folder: verified files are left alone, files that someone else put there are verified, the
// rest is looked up, compared with the free space and downloaded. One model that fails does not stop the others.
import { statfs } from 'node:fs/promises'
import type { ModelEntry } from '@infinitetalk/contract'
import type { ModelStatus, PullEvent, PullRequest, PullResult } from '../app/ports/models.ts'
import { Semaphore } from '../async/semaphore.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { findFormatFault } from './check-format.ts'
import { downloadModel } from './download-model.ts'
import { inspectModel } from './inspect-model.ts'
import { modelKey } from './load-manifest.ts'
import { type LocatedSource, locateSource } from './locate-source.ts'
import type { LockedModel, LockFile } from './lock-file.ts'
import { lookAt, modelPaths, prepareFolder } from './model-volume.ts'
import { hashFile } from './running-hash.ts'
import { type DownloadPorts, refuseOtherContent } from './transfer.ts'

export interface PullPorts extends Omit<DownloadPorts, 'onWait' | 'onProgress'> {
  readonly volume: string
  readonly lock: LockFile
}

interface Job {
  readonly model: ModelEntry
  readonly located: LocatedSource
  readonly pinnedSha256: string | null
}

/** Reserve for other files on the same disk. */
const SPARE_BYTES = 256 * 1024 * 1024
const PROGRESS_EVERY_MS = 100

/** @throws AppError the first failure, when all others have ended */
export async function pullModels(
  models: readonly ModelEntry[],
  request: PullRequest,
  ports: PullPorts,
): Promise<PullResult> {
  const pull = new Pull(request, ports)
  return pull.run(models)
}

class Pull {
  readonly #request: PullRequest
  readonly #ports: PullPorts
  readonly #downloads: DownloadPorts
  /** Aborted by the caller, and by a failure that stops every other file too. */
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  readonly #failures: AppError[] = []
  #pulled = 0
  #present = 0
  #receivedBytes = 0

  constructor(request: PullRequest, ports: PullPorts) {
    this.#request = request
    this.#ports = ports
    this.#signal = AbortSignal.any([request.signal, this.#stop.signal])
    this.#downloads = { ...ports, ...reporters(request.onEvent, ports) }
  }

  async run(models: readonly ModelEntry[]): Promise<PullResult> {
    const { parallelFiles } = this.#ports.policy
    const missing = await this.#each(models, 1, (model) => this.#checkPresent(model))
    const jobs = await this.#each(missing, parallelFiles, (model) => this.#lookUp(model))
    if (jobs.length > 0) {
      await this.#plan(jobs)
      await this.#each(jobs, parallelFiles, (job) => this.#download(job))
    }
    this.#request.signal.throwIfAborted()
    const [first] = this.#failures
    if (first !== undefined) throw summary(first, this.#failures.length, models.length)
    return {
      pulled: this.#pulled,
      present: this.#present,
      receivedBytes: this.#receivedBytes,
    }
  }

  /** @returns the model if it has to be downloaded */
  async #checkPresent(model: ModelEntry): Promise<ModelEntry | null> {
    const { volume, lock } = this.#ports
    const status = await inspectModel(model, volume, lock)
    const isThere = await this.#settle(status)
    if (!isThere) return model
    this.#present += 1
    this.#request.onEvent({ type: 'present', model: model.name, bytes: status.bytesOnDisk })
    return null
  }

  async #settle(status: ModelStatus): Promise<boolean> {
    const { model, state, path } = status
    if (state === 'present') return true
    if (state === 'missing' || state === 'partial' || state === 'stale') return false
    if (state === 'unverified' && (await this.#adopt(status))) return true
    const occupant = await lookAt(path)
    if (occupant.kind === 'nothing') return false
    if (this.#request.force && occupant.kind === 'file' && !occupant.linked) return false
    const why = status.detail ?? 'its content is not the expected one'
    throw new AppError('model_in_the_way', `${model.file} is not replaced: ${why} (${path}).`)
  }

  /** Verifies a file that is not in the lock file. @returns whether it is the model */
  async #adopt({ model, path, bytesOnDisk }: ModelStatus): Promise<boolean> {
    let wanted = this.#pinnedHash(model)
    let trusted: LockedModel['trusted'] = 'manifest'
    let source = 'found in the folder'
    if (wanted === null) {
      const located = await locateSource(model, this.#downloads, this.#signal)
      if (located.bytes !== bytesOnDisk) return false
      wanted = located.sha256
      trusted = wanted === null ? 'download' : 'source'
      source = located.source
    }
    const onHashed = (done: number): void =>
      this.#downloads.onProgress(model.name, 'verifying', done, bytesOnDisk)
    const sha256 = await hashFile(path, bytesOnDisk, this.#signal, onHashed)
    if (wanted !== null && sha256 !== wanted) return false
    if ((await findFormatFault(path, model.file)) !== null) return false
    await this.#record(model, { sha256, trusted, source })
    return true
  }

  async #lookUp(model: ModelEntry): Promise<Job | null> {
    await prepareFolder(this.#ports.volume, modelPaths(this.#ports.volume, model).target)
    this.#downloads.onProgress(model.name, 'looking_up', 0, model.bytes ?? 0)
    const pinnedSha256 = this.#pinnedHash(model)
    const located = await locateSource(model, this.#downloads, this.#signal)
    refuseOtherContent(model, located, pinnedSha256)
    return { model, located, pinnedSha256 }
  }

  /** @throws AppError `disk_full` */
  async #plan(jobs: readonly Job[]): Promise<void> {
    const { volume, lock } = this.#ports
    let missing = 0
    for (const { model, located } of jobs) {
      const { state, bytesOnDisk } = await inspectModel(model, volume, lock)
      missing += located.bytes - (state === 'partial' ? bytesOnDisk : 0)
    }
    const { bavail, bsize } = await statfs(volume)
    const free = bavail * bsize
    if (free < missing + SPARE_BYTES) {
      const detail = `The models need ${gigabytes(missing)} more, and "${volume}" has ${gigabytes(free)} free.`
      throw new AppError('disk_full', detail, { meta: { neededBytes: missing, freeBytes: free } })
    }
    this.#request.onEvent({ type: 'planned', files: jobs.length, bytes: missing })
  }

  async #download({ model, located, pinnedSha256 }: Job): Promise<null> {
    const paths = modelPaths(this.#ports.volume, model)
    await prepareFolder(this.#ports.volume, paths.part)
    const download = { model, paths, located, pinnedSha256, signal: this.#signal }
    const { sha256, bytes, receivedBytes } = await downloadModel(download, this.#downloads)
    this.#receivedBytes += receivedBytes
    const fromSource = located.sha256 === null ? 'download' : 'source'
    const trusted = model.sha256 === undefined ? fromSource : 'manifest'
    await this.#record(model, { sha256, trusted, source: located.source })
    this.#pulled += 1
    const path = paths.target
    this.#request.onEvent({ type: 'pulled', model: model.name, path, bytes, sha256 })
    return null
  }

  async #record(
    model: ModelEntry,
    facts: Pick<LockedModel, 'sha256' | 'trusted' | 'source'>,
  ): Promise<void> {
    const { volume, lock } = this.#ports
    const occupant = await lookAt(modelPaths(volume, model).target)
    if (occupant.kind !== 'file') return
    const { bytes, modifiedAtMs } = occupant
    await lock.set(modelKey(model), { bytes, modifiedAtMs, ...facts })
  }

  /** The hash in the manifest, or the one learnt at the first download. */
  #pinnedHash(model: ModelEntry): string | null {
    const learnt = this.#request.force ? null : this.#ports.lock.get(modelKey(model))
    return model.sha256 ?? learnt?.sha256 ?? null
  }

  /** A few at a time, in order; failures are kept for the end, unless every other file would fail too. */
  async #each<From, To>(
    items: readonly From[],
    width: number,
    work: (item: From) => Promise<To | null>,
  ): Promise<readonly To[]> {
    const gate = new Semaphore(width)
    const results = await Promise.all(
      items.map(async (item) => {
        const leave = await gate.acquire(this.#signal).catch(() => null)
        if (leave === null) return null
        try {
          return await work(item)
        } catch (thrown) {
          this.#fail(item, toAppError(thrown))
          return null
        } finally {
          leave()
        }
      }),
    )
    this.#request.signal.throwIfAborted()
    return results.filter((result): result is Awaited<To> & To => result !== null)
  }

  #fail(item: unknown, error: AppError): void {
    if (this.#signal.aborted) return
    this.#failures.push(error)
    const { name } = modelOf(item)
    this.#request.onEvent({ type: 'failed', model: name, detail: error.detail })
    if (error.code === 'disk_full') this.#stop.abort(error)
  }
}

function modelOf(item: unknown): ModelEntry {
  const job = item as Job | ModelEntry
  return 'model' in job ? job.model : job
}

function reporters(
  onEvent: (event: PullEvent) => void,
  { monotonicMs }: PullPorts,
): Pick<DownloadPorts, 'onWait' | 'onProgress'> {
  const shownAtMs = new Map<string, number>()
  return {
    onWait: (model, detail, waitMs) => onEvent({ type: 'waiting', model, detail, waitMs }),
    onProgress(model, stage, doneBytes, totalBytes) {
      const now = monotonicMs()
      const last = shownAtMs.get(model) ?? Number.NEGATIVE_INFINITY
      if (doneBytes < totalBytes && now - last < PROGRESS_EVERY_MS) return
      shownAtMs.set(model, now)
      onEvent({ type: 'progress', model, stage, doneBytes, totalBytes })
    },
  }
}

function summary(first: AppError, failed: number, all: number): AppError {
  if (failed === 1) return first
  const detail = `${failed} of ${all} models could not be pulled. The first: ${first.detail}`
  return new AppError(first.code, detail, { cause: first, meta: first.meta })
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
