// The blob port: bytes named by their SHA-256, so that equal content is kept once. A blob exists whole or not at all, and survives
// a power cut once it is published. BlobReferences counts who needs a blob.
import type { Readable } from 'node:stream'
import type { Sha256 } from '../../domain/ids.ts'
import type { Transaction } from './unit-of-work.ts'

/** Bytes on this store's disk without a name yet. Publish or discard them. */
export interface StagedBlob {
  readonly sha256: Sha256
  readonly bytes: number
  /** Names the blob. Commit its reference before, or a sweep could delete it. */
  publish(): Promise<void>
  discard(): Promise<void>
}

export interface ByteRange {
  /** First and last byte, inclusive. */
  readonly start: number
  readonly end: number
}

export interface BlobUsage {
  readonly files: number
  readonly bytes: number
}

/** The headers that a client of a link gets with the bytes. */
export interface BlobLink {
  readonly contentType: string
  /** The content-disposition, in ASCII: a bucket rejects other characters. */
  readonly disposition: string
  /** The link works for this long. */
  readonly seconds: number
}

/** Uploads that clients send to the store themselves. They are no blobs, and nobody has looked at their bytes. */
export interface DirectUploads {
  /** Larger uploads go through the hub. */
  readonly maxBytes: number
  /** @returns a URL that takes one PUT of exactly so many bytes; whoever has it may use it */
  grant(name: string, upload: { readonly bytes: number; readonly seconds: number }): Promise<string>
  /** Reads and hashes what arrived; null when nothing did. @throws AppError `digest_mismatch` for another size, `store_unavailable`, `disk_full` */
  stage(
    name: string,
    upload: { readonly bytes: number; readonly signal: AbortSignal },
  ): Promise<StagedBlob | null>
  remove(name: string): Promise<void>
  /** The uploads that are there, from time to time; most calls return none. */
  names(): Promise<readonly string[]>
}

export interface BlobStore {
  /** @throws AppError `input_too_large`, `disk_full`, `canceled`; then no bytes are left */
  stage(
    content: AsyncIterable<Uint8Array>,
    options: { readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<StagedBlob>
  /** Moves a finished file into the store. */
  stageFile(path: string, signal: AbortSignal): Promise<StagedBlob>
  /**
   * The stream closes its file when it ends or is destroyed, and reads to the end of a blob that is removed meanwhile. It fails
   * with `blob_damaged` before its last bytes when the content does not match the name.
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
  /** Hashes the blob, unless it was hashed recently. @throws AppError `blob_damaged`, `store_unavailable` */
  verify(sha256: Sha256): Promise<void>
  /** Checks that the blob exists with its size, without reading it. @throws AppError `blob_damaged`, `store_unavailable` */
  expect(sha256: Sha256, bytes: number): Promise<void>
  /** Size in bytes; null when it does not exist. */
  size(sha256: Sha256): Promise<number | null>
  remove(sha256: Sha256): Promise<void>
  /** Measures all files, staged ones included. Slow: it reads every file's size. */
  usage(signal: AbortSignal): Promise<BlobUsage>
  /** Free bytes on the disk of the blobs. */
  freeBytes(): Promise<number>
  /** Names of staged files; each begins with its owner. */
  staged(): Promise<readonly string[]>
  /** Deletes the staged files of a dead process. */
  removeStaged(name: string): Promise<void>
  /** A URL from which a client reads the blob without the hub; absent in a store without such links. */
  link?(sha256: Sha256, link: BlobLink): Promise<string>
  /** Absent in a store that clients cannot reach. */
  readonly direct?: DirectUploads
  /** Ends its connections. */
  close(): Promise<void>
}

/** The holder of a blob: a job, an uploaded file, or a hold of work in progress that will hand it to one of them. */
export interface BlobHolder {
  readonly kind: 'job' | 'file' | 'hold'
  readonly id: string
}

export interface BlobReferences {
  /** Idempotent. */
  add(tx: Transaction, sha256: Sha256, holder: BlobHolder): Promise<void>
  /** Drops all references of a holder. @returns the blobs it held */
  dropAll(tx: Transaction, holder: BlobHolder): Promise<readonly Sha256[]>
  /**
   * Forgets the blob if it has no reference, and keeps others from adding one until the transaction ends, so that the file can be
   * removed within it.
   *
   * @returns whether the blob was forgotten
   */
  forgetUnused(tx: Transaction, sha256: Sha256): Promise<boolean>
  /** Blobs without a reference, among some thousand. Calls one after the other go through all blobs, again and again. */
  unused(tx: Transaction, limit: number): Promise<readonly Sha256[]>
  /** Holders of a kind; a crash leaves holds behind. */
  holders(tx: Transaction, kind: BlobHolder['kind']): Promise<readonly BlobHolder[]>
}
