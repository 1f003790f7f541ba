// The file store port: rows of uploaded files, which jobs name before they are submitted.
import type { FileId, Sha256 } from '../../domain/ids.ts'
import type { Transaction } from './unit-of-work.ts'

export interface UploadedFile {
  readonly id: FileId
  readonly ownerKey: string
  /** Shown to people; never a path. */
  readonly filename: string | null
  readonly contentType: string | null
  readonly createdAtMs: number
  readonly expiresAtMs: number
  /** The size that its creator announced; null when none, and once it has its content. */
  readonly announcedBytes: number | null
  /** Null until the file has its content. */
  readonly content: { readonly sha256: Sha256; readonly bytes: number } | null
}

export interface FileStore {
  insert(tx: Transaction, file: UploadedFile): Promise<void>
  get(tx: Transaction, id: FileId): Promise<UploadedFile | null>
  /** @returns false when the file is deleted or has its content already */
  setContent(
    tx: Transaction,
    id: FileId,
    content: NonNullable<UploadedFile['content']>,
    contentType: string | null,
  ): Promise<boolean>
  delete(tx: Transaction, id: FileId): Promise<boolean>
  /** Files of the key that have no content yet and have not expired. */
  pending(tx: Transaction, ownerKey: string, nowMs: number): Promise<number>
  expired(tx: Transaction, nowMs: number, limit: number): Promise<readonly FileId[]>
}
