// Uploaded files in the table `files`.
import type { Selectable } from 'kysely'
import type { FileStore, UploadedFile } from '../../app/ports/file-store.ts'
import type { FileId, Sha256 } from '../../domain/ids.ts'
import { executorOf } from '../database/executor.ts'
import type { FilesTable } from '../database/schema.ts'

export function createFileStore(): FileStore {
  return {
    async insert(tx, file) {
      await executorOf(tx)
        .insertInto('files')
        .values({
          id: file.id,
          owner_key: file.ownerKey,
          filename: file.filename,
          content_type: file.contentType,
          created_at: file.createdAtMs,
          expires_at: file.expiresAtMs,
          sha256: file.content?.sha256 ?? null,
          bytes: file.content?.bytes ?? file.announcedBytes,
        })
        .execute()
    },
    async get(tx, id) {
      const row = await executorOf(tx)
        .selectFrom('files')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    async setContent(tx, id, content, contentType) {
      const { numUpdatedRows } = await executorOf(tx)
        .updateTable('files')
        .set({ sha256: content.sha256, bytes: content.bytes, content_type: contentType })
        .where('id', '=', id)
        .where('sha256', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
    async delete(tx, id) {
      const { numDeletedRows } = await executorOf(tx)
        .deleteFrom('files')
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
    async pending(tx, ownerKey, nowMs) {
      const row = await executorOf(tx)
        .selectFrom('files')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('owner_key', '=', ownerKey)
        .where('sha256', 'is', null)
        .where('expires_at', '>', nowMs)
        .executeTakeFirst()
      // PostgreSQL returns counts as text.
      return Number(row?.count ?? 0)
    },
    async expired(tx, nowMs, limit) {
      const rows = await executorOf(tx)
        .selectFrom('files')
        .select('id')
        .where('expires_at', '<=', nowMs)
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id as FileId)
    },
  }
}

function fromRow(row: Selectable<FilesTable>): UploadedFile {
  return {
    id: row.id as FileId,
    ownerKey: row.owner_key,
    filename: row.filename,
    contentType: row.content_type,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    announcedBytes: row.sha256 === null ? row.bytes : null,
    content:
      row.sha256 === null || row.bytes === null
        ? null
        : { sha256: row.sha256 as Sha256, bytes: row.bytes },
  }
}
