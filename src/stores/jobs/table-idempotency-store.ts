// Idempotency keys in the table `idempotency`. Its primary key lets one of a hundred equal requests through.
import type { Selectable } from 'kysely'
import type {
  IdempotencyRecord,
  IdempotencyStore,
  MadeId,
} from '../../app/ports/idempotency-store.ts'
import { executorOf } from '../database/executor.ts'
import type { IdempotencyTable } from '../database/schema.ts'

export function createIdempotencyStore(): IdempotencyStore {
  return {
    async reserve(tx, record, nowMs) {
      const db = executorOf(tx)
      const { scope, key } = record
      await db
        .deleteFrom('idempotency')
        .where('scope', '=', scope)
        .where('key', '=', key)
        .where('expires_at', '<=', nowMs)
        .where('job_id', 'is', null)
        .execute()
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('idempotency')
        .values(toRow(record))
        .onConflict((conflict) => conflict.columns(['scope', 'key']).doNothing())
        .executeTakeFirst()
      if (numInsertedOrUpdatedRows === 1n) return null
      const row = await db
        .selectFrom('idempotency')
        .selectAll()
        .where('scope', '=', scope)
        .where('key', '=', key)
        .executeTakeFirstOrThrow()
      return fromRow(row)
    },
    async complete(tx, record) {
      const { numUpdatedRows } = await executorOf(tx)
        .updateTable('idempotency')
        .set({ job_id: record.madeId, expires_at: record.expiresAtMs })
        .where('scope', '=', record.scope)
        .where('key', '=', record.key)
        .where('reserved_by', '=', record.reservedBy)
        .where('job_id', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
    async release(tx, record) {
      await executorOf(tx)
        .deleteFrom('idempotency')
        .where('scope', '=', record.scope)
        .where('key', '=', record.key)
        .where('reserved_by', '=', record.reservedBy)
        .where('job_id', 'is', null)
        .execute()
    },
    async reservations(tx) {
      const rows = await executorOf(tx)
        .selectFrom('idempotency')
        .select(['scope', 'key', 'reserved_by'])
        .where('job_id', 'is', null)
        .execute()
      return rows.map(({ scope, key, reserved_by }) => ({ scope, key, reservedBy: reserved_by }))
    },
    async forget(tx, madeId) {
      await executorOf(tx).deleteFrom('idempotency').where('job_id', '=', madeId).execute()
    },
    async sweep(tx, nowMs) {
      await executorOf(tx).deleteFrom('idempotency').where('expires_at', '<=', nowMs).execute()
    },
    async releaseAll(tx) {
      await executorOf(tx).deleteFrom('idempotency').where('job_id', 'is', null).execute()
    },
  }
}

function toRow(record: IdempotencyRecord): IdempotencyTable {
  return {
    scope: record.scope,
    key: record.key,
    fingerprint: record.fingerprint,
    job_id: record.madeId,
    reserved_by: record.reservedBy,
    expires_at: record.expiresAtMs,
  }
}

function fromRow(row: Selectable<IdempotencyTable>): IdempotencyRecord {
  return {
    scope: row.scope,
    key: row.key,
    fingerprint: row.fingerprint,
    madeId: row.job_id as MadeId | null,
    reservedBy: row.reserved_by,
    expiresAtMs: row.expires_at,
  }
}
