// Records which job or file needs which blob, in the tables `blobs` and `blob_references`.
import { sql } from 'kysely'
import type { BlobReferences } from '../../app/ports/blob-store.ts'
import type { Sha256 } from '../../domain/ids.ts'
import { executorOf } from '../database/executor.ts'

/** Takes SQLite 16 to 54 ms on a busy machine. A look at all blobs of a million jobs would take seconds, and SQLite holds the event loop. */
const EXAMINED = 5000

/** @param examined blobs that one call of `unused` looks at */
export function createBlobReferences(examined = EXAMINED): BlobReferences {
  let after = ''
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
      const rows = await sql<{ sha256: Sha256; used: number }>`
        select sha256, case when exists (
          select 1 from blob_references where blob_references.sha256 = blobs.sha256
        ) then 1 else 0 end as used
        from blobs where sha256 > ${after} order by sha256 limit ${sql.lit(examined)}`.execute(
        executorOf(tx),
      )
      const all = rows.rows.filter(({ used }) => used === 0).map(({ sha256 }) => sha256)
      const unused = all.slice(0, limit)
      if (all.length > limit) after = unused.at(-1)!
      else after = rows.rows.length < examined ? '' : rows.rows.at(-1)!.sha256
      return unused
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
