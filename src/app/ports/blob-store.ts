// The blob port: bytes under the name of their SHA-256, so that the same content is kept once. A blob is there whole or not
// at all, and survives a power cut once `put` has returned. Who needs a blob is counted elsewhere: BlobReferences.
import type { Readable } from 'node:stream'
import type { Sha256 } from '../../domain/ids.ts'
import type { Transaction } from './unit-of-work.ts'

/** Bytes that are on this store's disk under no name yet. Publish it or discard it. */
export interface StagedBlob {
  readonly sha256: Sha256
  readonly bytes: number
  /** Gives it its name. Its reference must be committed before, or a sweep could take it. */
  publish(): Promise<void>
  discard(): Promise<void>
}

export interface ByteRange {
  /** First and last byte, both included. */
  readonly start: number
  readonly end: number
}

export interface BlobUsage {
  readonly files: number
  readonly bytes: number
}

export interface BlobStore {
  /** @throws AppError `input_too_large`, `disk_full`, `canceled`; nothing is left of it then */
  stage(
    content: AsyncIterable<Uint8Array>,
    options: { readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<StagedBlob>
  /** Takes a finished file over; the file is gone from its old place afterwards. */
  stageFile(path: string, signal: AbortSignal): Promise<StagedBlob>
  /**
   * The stream closes its file when it ends or is destroyed; a blob that is removed meanwhile is read to its end. It fails
   * with `blob_damaged` before its last bytes when the content is not what the name says.
   *
   * @throws AppError `blob_damaged`, `store_unavailable`
   */
  read(sha256: Sha256, range?: ByteRange): Promise<Readable>
  /**
   * A path from which a render can read it, valid while the blob is referenced; its bytes were hashed.
   *
   * @throws AppError `blob_damaged`, `store_unavailable`
   */
  localPath(sha256: Sha256): Promise<string>
  /** Hashes it, unless that was done of late. @throws AppError `blob_damaged`, `store_unavailable` */
  verify(sha256: Sha256): Promise<void>
  /** Whether it is there with so many bytes, without reading them. @throws AppError `blob_damaged`, `store_unavailable` */
  expect(sha256: Sha256, bytes: number): Promise<void>
  /** Bytes of it; null when it is not there. */
  size(sha256: Sha256): Promise<number | null>
  remove(sha256: Sha256): Promise<void>
  /** All that is kept, what is only staged included. Looks at every file: not for every request. */
  usage(signal: AbortSignal): Promise<BlobUsage>
  /** What is free where blobs are kept. */
  freeBytes(): Promise<number>
  /** Names of what is staged; each begins with its owner. */
  staged(): Promise<readonly string[]>
  /** Of a process that is gone. */
  removeStaged(name: string): Promise<void>
}

/** Who needs a blob: a job, an uploaded file, or work in progress that will hand it to one of them. */
export interface BlobHolder {
  readonly kind: 'job' | 'file' | 'hold'
  readonly id: string
}

export interface BlobReferences {
  /** Twice is once. */
  add(tx: Transaction, sha256: Sha256, holder: BlobHolder): Promise<void>
  /** Drops all references of a holder. @returns what it held */
  dropAll(tx: Transaction, holder: BlobHolder): Promise<readonly Sha256[]>
  /**
   * Forgets the blob if nobody needs it, and keeps others from adding a reference until the transaction ends, so that
   * the file may be removed within it.
   *
   * @returns whether nobody needs it
   */
  forgetUnused(tx: Transaction, sha256: Sha256): Promise<boolean>
  /** Blobs that nobody needs. */
  unused(tx: Transaction, limit: number): Promise<readonly Sha256[]>
  /** Holders of a kind; holds are what a crash leaves behind. */
  holders(tx: Transaction, kind: BlobHolder['kind']): Promise<readonly BlobHolder[]>
}
