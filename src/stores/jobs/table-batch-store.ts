// Batches in the table `batches`, on SQLite and PostgreSQL alike.
import type { Selectable } from 'kysely'
import type { BatchStore } from '../../app/ports/batch-store.ts'
import type { Batch } from '../../domain/batch.ts'
import type { BatchId } from '../../domain/ids.ts'
import { executorOf } from '../database/executor.ts'
import type { BatchesTable } from '../database/schema.ts'

export function createBatchStore(): BatchStore {
  return {
    async insert(tx, batch, unfinished) {
      await executorOf(tx)
        .insertInto('batches')
        .values({
          id: batch.id,
          owner_key: batch.ownerKey,
          name: batch.name,
          items: JSON.stringify(batch.items),
          unfinished,
          created_at: batch.createdAtMs,
          cancel_requested_at: batch.cancelRequestedAtMs,
          ended_at: batch.endedAtMs,
          expires_at: batch.expiresAtMs,
        })
        .execute()
    },
    async get(tx, id) {
      const row = await executorOf(tx)
        .selectFrom('batches')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    async list(tx, { ownerKey, before, limit }) {
      let query = executorOf(tx)
        .selectFrom('batches')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit)
      if (ownerKey !== null) query = query.where('owner_key', '=', ownerKey)
      if (before !== null) query = query.where('id', '<', before)
      return (await query.execute()).map(fromRow)
    },
    async jobEnded(tx, id) {
      // The row is locked until the transaction ends, so of two jobs that end together one is the last.
      const row = await executorOf(tx)
        .updateTable('batches')
        .set((value) => ({ unfinished: value('unfinished', '-', 1) }))
        .where('id', '=', id)
        .returning('unfinished')
        .executeTakeFirst()
      return row?.unfinished === 0
    },
    async end(tx, id, nowMs, expiresAtMs) {
      await executorOf(tx)
        .updateTable('batches')
        .set({ ended_at: nowMs, expires_at: expiresAtMs })
        .where('id', '=', id)
        .execute()
    },
    async requestCancel(tx, id, nowMs) {
      await executorOf(tx)
        .updateTable('batches')
        .set({ cancel_requested_at: nowMs })
        .where('id', '=', id)
        .where('cancel_requested_at', 'is', null)
        .execute()
    },
    async beingCanceled(tx, limit) {
      const rows = await executorOf(tx)
        .selectFrom('batches')
        .select('id')
        .where('cancel_requested_at', 'is not', null)
        .where('ended_at', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id as BatchId)
    },
    async delete(tx, id) {
      await executorOf(tx).deleteFrom('batches').where('id', '=', id).execute()
    },
    async sweep(tx, nowMs) {
      const rows = await executorOf(tx)
        .deleteFrom('batches')
        .where('expires_at', '<=', nowMs)
        .returning('id')
        .execute()
      return rows.map(({ id }) => id as BatchId)
    },
  }
}

function fromRow(row: Selectable<BatchesTable>): Batch {
  return {
    id: row.id as BatchId,
    ownerKey: row.owner_key,
    name: row.name,
    items: JSON.parse(row.items),
    createdAtMs: row.created_at,
    cancelRequestedAtMs: row.cancel_requested_at,
    endedAtMs: row.ended_at,
    expiresAtMs: row.expires_at,
  }
}
