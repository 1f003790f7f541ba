// All bytes of one file over many connections at once, each with the next piece, in spite of failing networks and servers.
// Received bytes are not fetched again unless the source has changed.
import type { ModelEntry } from '@infinitetalk/contract'
import type { PullStage } from '../app/ports/models.ts'
import { pause } from '../async/pause.ts'
import type { Semaphore } from '../async/semaphore.ts'
import { AppError } from '../domain/errors.ts'
import { fetchPiece, type PieceOutcome } from './fetch-piece.ts'
import { type LocatedSource, type LocatePorts, locateSource } from './locate-source.ts'
import type { ModelPaths } from './model-volume.ts'
import type { PartIdentity, PartialFile } from './partial-file.ts'

export interface DownloadPorts extends LocatePorts {
  /** Connections, shared by all files. */
  readonly slots: Semaphore
  readonly boot: string
  monotonicMs(): number
  onProgress(model: string, stage: PullStage, doneBytes: number, totalBytes: number): void
}

export interface ModelDownload {
  readonly model: ModelEntry
  readonly paths: ModelPaths
  readonly located: LocatedSource
  /** The hash that overrides the source; null to trust the source's own. */
  readonly pinnedSha256: string | null
  readonly signal: AbortSignal
}

export function identityOf(located: LocatedSource, pinnedSha256: string | null): PartIdentity {
  const { source, bytes, sha256 } = located
  return { source, bytes, sha256: pinnedSha256 ?? sha256 }
}

const MAX_RESTARTS = 3
const MAX_REFRESHES_WITHOUT_PROGRESS = 3

type Verdict =
  | 'complete'
  /** The source has other content now. */
  | 'changed'
  /** The whole file must come in one answer, from its beginning. */
  | 'no_ranges'

export class Transfer {
  /** Bytes received over the network, counted twice if they arrived twice. */
  receivedBytes = 0
  readonly #download: ModelDownload
  readonly #part: PartialFile
  readonly #ports: DownloadPorts
  #located: LocatedSource
  #looking: Promise<boolean> | null = null
  #lookUps = 0
  #progressAtMs: number
  #wholeOnly = false

  constructor(download: ModelDownload, part: PartialFile, ports: DownloadPorts) {
    this.#download = download
    this.#part = part
    this.#ports = ports
    this.#located = download.located
    this.#progressAtMs = ports.monotonicMs()
  }

  /** Returns when every byte is here. @throws AppError `model_*`, `disk_full`, `canceled` */
  async receiveAll(): Promise<void> {
    for (let restarts = 0; ; restarts += 1) {
      const verdict = await this.#round()
      if (verdict === 'complete') return
      if (restarts === MAX_RESTARTS) {
        throw this.#failure(
          'its server keeps changing it, or breaks off although it sends only whole files.',
        )
      }
      if (verdict === 'no_ranges') this.#wholeOnly = true
      else await this.#lookAgain()
      await this.startOver()
    }
  }

  /** Drops what was received. */
  async startOver(): Promise<void> {
    await this.#part.restart(identityOf(this.#located, this.#download.pinnedSha256))
  }

  /** All connections for one state of the source; returns when they have all ended. */
  async #round(): Promise<Verdict> {
    const stop = new AbortController()
    const signal = AbortSignal.any([this.#download.signal, stop.signal])
    let verdict: Verdict = 'complete'
    let failure: unknown = null
    const run = async (): Promise<void> => {
      try {
        const own = await this.#connect(signal)
        if (own === 'complete' || stop.signal.aborted) return
        verdict = own
      } catch (error) {
        if (stop.signal.aborted) return
        failure = error
      }
      stop.abort()
    }
    const width = this.#wholeOnly ? 1 : this.#ports.policy.connections
    await Promise.all(Array.from({ length: width }, run))
    this.#download.signal.throwIfAborted()
    if (failure !== null) throw failure
    return verdict
  }

  /** One connection: piece after piece until none is left. */
  async #connect(signal: AbortSignal): Promise<Verdict> {
    for (let failures = 0; ; ) {
      const outcome = await this.#fetchNext(signal)
      if (outcome === null) return 'complete'
      if (outcome.kind === 'changed' || outcome.kind === 'no_ranges') return outcome.kind
      if (outcome.kind === 'done') {
        failures = 0
        continue
      }
      if (outcome.kind === 'expired') {
        if (!(await this.#lookAgain(outcome.error))) return 'changed'
      } else {
        failures += 1
        await this.#pause(outcome.error, failures, outcome.waitMs, signal)
      }
      if (this.#wholeOnly) return 'no_ranges'
    }
  }

  /** null: every byte is here or being fetched by another connection. */
  async #fetchNext(signal: AbortSignal): Promise<PieceOutcome | null> {
    // A connection slot comes first: a claimed piece that waits for one would hold the hash back.
    const leave = await this.#ports.slots.acquire(signal)
    const part = this.#part
    const piece = part.claim(this.#pieceBytes())
    try {
      if (piece === null) return null
      const { model } = this.#download
      const request = { model, located: this.#located, piece, part, whole: this.#wholeOnly, signal }
      return await fetchPiece({ ...request, onBytes: (count) => this.#count(count) }, this.#ports)
    } finally {
      if (piece !== null) part.release(piece)
      leave()
    }
  }

  #count(bytes: number): void {
    this.receivedBytes += bytes
    this.#lookUps = 0
    this.#progressAtMs = this.#ports.monotonicMs()
    const { receivedBytes, bytes: total } = this.#part
    this.#ports.onProgress(this.#download.model.name, 'downloading', receivedBytes, total)
  }

  /** A quarter of each connection's remaining share, so that they all end at about the same time. */
  #pieceBytes(): number {
    if (this.#wholeOnly) return this.#part.bytes
    const { connections, minPieceBytes, maxPieceBytes } = this.#ports.policy
    const left = this.#part.bytes - this.#part.receivedBytes
    const share = Math.ceil(left / (connections * 4))
    return Math.min(maxPieceBytes, Math.max(minPieceBytes, share))
  }

  async #pause(error: AppError, failures: number, asked: number | null, signal: AbortSignal) {
    const { policy, monotonicMs, onWait } = this.#ports
    const waitMs = asked ?? policy.backoffMs(failures)
    if (waitMs > policy.longestPauseMs) {
      const minutes = Math.ceil(waitMs / 60_000)
      throw this.#failure(`${error.detail} It asks for a retry in ${minutes} min.`, error)
    }
    if (monotonicMs() - this.#progressAtMs > policy.giveUpAfterMs) {
      throw this.#failure(error.detail, error)
    }
    onWait(this.#download.model.name, error.detail, waitMs)
    await pause(waitMs, signal)
    // A wait that the server asked for is not a sign of failure.
    if (asked !== null) this.#progressAtMs += waitMs
  }

  /**
   * Looks the file up once for all connections whose address expired.
   *
   * @returns whether it is still the same content
   */
  #lookAgain(reason?: AppError): Promise<boolean> {
    this.#looking ??= this.#lookUp(reason).finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #lookUp(reason: AppError | undefined): Promise<boolean> {
    const { model, signal, pinnedSha256 } = this.#download
    this.#lookUps += 1
    if (this.#lookUps > MAX_REFRESHES_WITHOUT_PROGRESS) {
      throw this.#failure(reason?.detail ?? 'its address expires at once.', reason)
    }
    this.#located = await locateSource(model, this.#ports, signal)
    refuseOtherContent(model, this.#located, pinnedSha256)
    const { bytes, sha256 } = identityOf(this.#located, pinnedSha256)
    const isSame = bytes === this.#part.bytes && sha256 === this.#part.sha256
    // Another store of the same content may use another tag; the hash shows that it is the same.
    if (isSame && sha256 !== null) this.#part.validator = null
    return isSame
  }

  #failure(detail: string, cause?: unknown): AppError {
    return new AppError('model_download_failed', `${this.#download.model.file}: ${detail}`, {
      cause,
    })
  }
}

/** Checked before a single byte is fetched. @throws AppError `model_damaged` */
export function refuseOtherContent(
  model: ModelEntry,
  located: LocatedSource,
  pinnedSha256: string | null,
): void {
  const otherHash =
    pinnedSha256 !== null && located.sha256 !== null && located.sha256 !== pinnedSha256
  if (!otherHash && (model.bytes === undefined || model.bytes === located.bytes)) return
  const detail = `The source of ${model.file} now serves another file (${located.source}).`
  throw new AppError('model_damaged', detail, {
    meta: { expected: pinnedSha256, found: located.sha256, bytes: located.bytes },
  })
}
