// The step that adds batches: their table, and the batch of a job.
import { type Kysely, sql } from 'kysely'

export async function addBatches(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('batches')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner_key', 'text', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('items', 'text', (column) => column.notNull())
    .addColumn('unfinished', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('cancel_requested_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('expires_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('batches_by_owner')
    .on('batches')
    .columns(['owner_key', 'id'])
    .execute()
  await sql`create index batches_by_expiry on batches (expires_at) where expires_at is not null`.execute(
    db,
  )
  await db.schema.alterTable('jobs').addColumn('batch_id', 'text').execute()
  await sql`create index jobs_by_batch on jobs (batch_id) where batch_id is not null`.execute(db)
}
