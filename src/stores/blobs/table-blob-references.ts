// Records which job or file needs which blob, in the tables `blobs` and `blob_references`.
import type { BlobReferences } from '../../app/ports/blob-store.ts'
import type { Sha256 } from '../../domain/ids.ts'
import { executorOf } from '../database/executor.ts'

export function createBlobReferences(): BlobReferences {
  return {
    async add(tx, sha256, holder) {
      const db = executorOf(tx)
      // Written even when the row exists: on PostgreSQL this waits for a transaction that is about to forget the blob.
      await db
        .insertInto('blobs')
        .values({ sha256, touched: 1 })
        .onConflict((conflict) =>
          conflict.column('sha256').doUpdateSet(({ eb, ref }) => ({
            touched: eb(ref('blobs.touched'), '+', 1),
          })),
        )
        .execute()
      await db
        .insertInto('blob_references')
        .values({ sha256, holder_kind: holder.kind, holder_id: holder.id })
        .onConflict((conflict) =>
          conflict.columns(['holder_kind', 'holder_id', 'sha256']).doNothing(),
        )
        .execute()
    },
    async dropAll(tx, holder) {
      const rows = await executorOf(tx)
        .deleteFrom('blob_references')
        .where('holder_kind', '=', holder.kind)
        .where('holder_id', '=', holder.id)
        .returning('sha256')
        .execute()
      return rows.map(({ sha256 }) => sha256 as Sha256)
    },
    async forgetUnused(tx, sha256) {
      const db = executorOf(tx)
      const locked = await db
        .updateTable('blobs')
        .set(({ eb }) => ({ touched: eb('touched', '+', 1) }))
        .where('sha256', '=', sha256)
        .executeTakeFirst()
      if (locked.numUpdatedRows === 0n) return false
      const needed = await db
        .selectFrom('blob_references')
        .select('sha256')
        .where('sha256', '=', sha256)
        .limit(1)
        .executeTakeFirst()
      if (needed !== undefined) return false
      await db.deleteFrom('blobs').where('sha256', '=', sha256).execute()
      return true
    },
    async unused(tx, limit) {
      const rows = await executorOf(tx)
        .selectFrom('blobs')
        .select('blobs.sha256')
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('blob_references')
                .select('blob_references.sha256')
                .whereRef('blob_references.sha256', '=', 'blobs.sha256'),
            ),
          ),
        )
        .limit(limit)
        .execute()
      return rows.map(({ sha256 }) => sha256 as Sha256)
    },
    async holders(tx, kind) {
      const rows = await executorOf(tx)
        .selectFrom('blob_references')
        .select('holder_id')
        .distinct()
        .where('holder_kind', '=', kind)
        .execute()
      return rows.map(({ holder_id }) => ({ kind, id: holder_id }))
    },
  }
}
