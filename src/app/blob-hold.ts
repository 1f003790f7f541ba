// Holds blobs between their arrival and the job or file that will need them. Sweeps spare held blobs. A hold that is released
// without a handover deletes them.
import { AppError } from '../domain/errors.ts'
import type { FileId, Sha256 } from '../domain/ids.ts'
import { ownedName } from '../domain/owned-name.ts'
import type { HoldPorts } from './hub-ports.ts'
import { finishLater } from './outlast-store.ts'
import type { BlobHolder, StagedBlob } from './ports/blob-store.ts'
import type { FileStore, UploadedFile } from './ports/file-store.ts'
import type { Transaction } from './ports/unit-of-work.ts'
import { removeUnneededBlobs } from './remove-unneeded-blobs.ts'

export interface HeldBlob {
  readonly sha256: Sha256
  readonly bytes: number
}

export type Patience = (write: () => Promise<void>) => Promise<void>

export class BlobHold {
  readonly #ports: HoldPorts
  readonly #holder: BlobHolder
  readonly #held = new Set<Sha256>()
  #staged: StagedBlob[] = []
  #written = false

  /** @param token names the hold; cannot be guessed and is used once */
  constructor(ports: HoldPorts, token: string) {
    this.#ports = ports
    this.#holder = { kind: 'hold', id: ownedName(ports.owner, token) }
  }

  /** @throws AppError `input_too_large`, `input_empty`, `disk_full`, `canceled` */
  async take(
    content: AsyncIterable<Uint8Array>,
    options: { readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<HeldBlob> {
    return this.#add(await this.#ports.blobs.stage(content, options))
  }

  takeStaged(blob: StagedBlob): HeldBlob {
    return this.#add(blob)
  }

  /** Moves the file into the store. */
  async takeFile(path: string, signal: AbortSignal): Promise<HeldBlob> {
    return this.#add(await this.#ports.blobs.stageFile(path, signal))
  }

  /**
   * Holds the content of an uploaded file, even if the file is deleted meanwhile.
   *
   * @param ownerKey the key that must own the file; null accepts a file of any key
   *
   * @throws AppError `file_not_found`, `file_not_ready`, `blob_damaged`, `store_unavailable`
   */
  async takeUpload(
    id: FileId,
    files: FileStore,
    nowMs: number,
    ownerKey: string | null,
  ): Promise<UploadedFile> {
    this.#written = true
    const uploaded = await this.#ports.unitOfWork.write(async (tx) => {
      const file = await files.get(tx, id)
      const isForeign = ownerKey !== null && file?.ownerKey !== ownerKey
      if (file === null || file.expiresAtMs <= nowMs || isForeign) {
        throw new AppError('file_not_found', `There is no uploaded file "${id}".`)
      }
      if (file.content === null) {
        throw new AppError('file_not_ready', `The file "${id}" has no content yet.`)
      }
      await this.#ports.references.add(tx, file.content.sha256, this.#holder)
      this.#held.add(file.content.sha256)
      return { file, sha256: file.content.sha256 }
    })
    await this.#ports.blobs.verify(uploaded.sha256)
    return uploaded.file
  }

  /** Names the blobs; only now can they be read. @param patience repeats the write while the database is away */
  async publish(patience: Patience = (write) => write()): Promise<void> {
    if (this.#staged.length === 0) return
    this.#written = true
    await patience(() =>
      this.#ports.unitOfWork.write(async (tx) => {
        for (const { sha256 } of this.#staged) {
          await this.#ports.references.add(tx, sha256, this.#holder)
        }
      }),
    )
    const published = await Promise.allSettled(this.#staged.map((blob) => blob.publish()))
    for (const answer of published) if (answer.status === 'rejected') throw answer.reason
    for (const { sha256 } of this.#staged) this.#held.add(sha256)
    this.#staged = []
  }

  /**
   * Works within the transaction that creates the new holder.
   *
   * @throws AppError `store_unavailable` when this process was cut off for so long that others swept its hold
   */
  async handOver(tx: Transaction, to: BlobHolder): Promise<void> {
    for (const sha256 of this.#held) await this.#ports.references.add(tx, sha256, to)
    await this.letGo(tx)
  }

  /** The same, when others hold the blobs already. @throws AppError `store_unavailable` */
  async letGo(tx: Transaction): Promise<void> {
    const dropped = new Set(await this.#ports.references.dropAll(tx, this.#holder))
    if ([...this.#held].every((sha256) => dropped.has(sha256))) return
    const detail =
      'The hub was cut off from its database for so long that another hub swept the bytes.'
    throw new AppError('store_unavailable', detail, { meta: { swept: true } })
  }

  /**
   * Deletes the blobs that were not handed over, later if the store is away. Call it when the work has ended, with or without
   * success.
   */
  async release(): Promise<void> {
    for (const blob of this.#staged) await blob.discard()
    this.#staged = []
    if (!this.#written) return
    await finishLater(async () => {
      const dropped = await this.#ports.unitOfWork.write((tx) =>
        this.#ports.references.dropAll(tx, this.#holder),
      )
      await removeUnneededBlobs(dropped, this.#ports)
    })
  }

  #add(blob: StagedBlob): HeldBlob {
    this.#staged.push(blob)
    return { sha256: blob.sha256, bytes: blob.bytes }
  }
}
