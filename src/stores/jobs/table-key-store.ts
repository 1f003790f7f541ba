// API keys in the table `api_keys`. A revoked key keeps its row, so that nobody else gets its name and with it its jobs.
import type { KeyStore } from '../../app/ports/key-store.ts'
import { executorOf } from '../database/executor.ts'

export function createKeyStore(): KeyStore {
  return {
    async list(tx) {
      const rows = await executorOf(tx).selectFrom('api_keys').selectAll().orderBy('name').execute()
      return rows.map((row) => ({
        name: row.name,
        hash: row.hash,
        isAdmin: row.is_admin === 1,
        createdAtMs: row.created_at,
        revokedAtMs: row.revoked_at,
      }))
    },
    async insert(tx, { name, hash, isAdmin, createdAtMs, revokedAtMs }) {
      const { numInsertedOrUpdatedRows } = await executorOf(tx)
        .insertInto('api_keys')
        .values({
          name,
          hash,
          is_admin: isAdmin ? 1 : 0,
          created_at: createdAtMs,
          revoked_at: revokedAtMs,
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },
    async replaceHash(tx, name, hash) {
      const { numUpdatedRows } = await executorOf(tx)
        .updateTable('api_keys')
        .set({ hash })
        .where('name', '=', name)
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
    async revoke(tx, name, atMs) {
      const { numUpdatedRows } = await executorOf(tx)
        .updateTable('api_keys')
        .set({ revoked_at: atMs })
        .where('name', '=', name)
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
  }
}
