// The step that adds the rules of API keys, what the keys used, and the turns that share the renders between them. Keys that exist
// keep their rights.
import type { Kysely } from 'kysely'

export async function addKeyRules(db: Kysely<unknown>): Promise<void> {
  const add = db.schema.alterTable.bind(db.schema)
  await add('api_keys')
    .addColumn('scopes', 'text', (column) => column.notNull().defaultTo('read,write'))
    .execute()
  await add('api_keys')
    .addColumn('max_priority', 'text', (column) => column.notNull().defaultTo('high'))
    .execute()
  await add('api_keys').addColumn('max_running', 'bigint').execute()
  await add('api_keys').addColumn('requests_per_minute', 'bigint').execute()
  await add('api_keys').addColumn('video_seconds_per_day', 'bigint').execute()
  await add('api_keys')
    .addColumn('weight', 'bigint', (column) => column.notNull().defaultTo(1))
    .execute()
  await db.schema
    .createTable('key_usage')
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('starts_at', 'bigint', (column) => column.notNull())
    .addColumn('used', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('key_usage_key', ['key', 'kind'])
    .execute()
  for (const [table, name] of [
    ['dispatch', 'turn'],
    ['dispatch', 'charge'],
    ['dispatch_loads', 'served_until'],
  ] as const) {
    await add(table)
      .addColumn(name, 'bigint', (column) => column.notNull().defaultTo(0))
      .execute()
  }
  await db.schema
    .createTable('dispatch_turns')
    .addColumn('rank', 'integer', (column) => column.primaryKey())
    .addColumn('turn', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.dropIndex('dispatch_in_order').execute()
  await db.schema
    .createIndex('dispatch_in_turn')
    .on('dispatch')
    .columns(['leased', 'rank', 'turn', 'job_id'])
    .execute()
  await db.schema
    .createIndex('dispatch_by_key')
    .on('dispatch')
    .columns(['concurrency_key', 'rank', 'turn'])
    .execute()
}
