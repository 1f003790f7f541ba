// API keys in the table `api_keys`. A revoked key keeps its row, so that nobody else gets its name and with it its jobs.
import type { Insertable, Selectable } from 'kysely'
import type { KeyStore } from '../../app/ports/key-store.ts'
import type { ApiKey } from '../../domain/api-key.ts'
import { type KeyRules, SCOPES } from '../../domain/key-rules.ts'
import { executorOf } from '../database/executor.ts'
import type { ApiKeysTable } from '../database/schema.ts'

export function createKeyStore(): KeyStore {
  return {
    async list(tx) {
      const rows = await executorOf(tx).selectFrom('api_keys').selectAll().orderBy('name').execute()
      return rows.map(fromRow)
    },
    async insert(tx, { name, hash, isAdmin, rules, createdAtMs, revokedAtMs }) {
      const { numInsertedOrUpdatedRows } = await executorOf(tx)
        .insertInto('api_keys')
        .values({
          name,
          hash,
          is_admin: isAdmin ? 1 : 0,
          created_at: createdAtMs,
          revoked_at: revokedAtMs,
          ...ruleColumns(rules),
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },
    replaceHash: (tx, name, hash) => change(executorOf(tx), name, { hash }),
    setRules: (tx, name, rules) => change(executorOf(tx), name, ruleColumns(rules)),
    revoke: (tx, name, atMs) => change(executorOf(tx), name, { revoked_at: atMs }),
  }
}

async function change(
  db: ReturnType<typeof executorOf>,
  name: string,
  columns: Partial<Insertable<ApiKeysTable>>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('api_keys')
    .set(columns)
    .where('name', '=', name)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

function ruleColumns(rules: KeyRules) {
  return {
    scopes: rules.scopes.join(','),
    max_priority: rules.maxPriority,
    max_running: rules.maxRunning,
    requests_per_minute: rules.requestsPerMinute,
    video_seconds_per_day: rules.videoSecondsPerDay,
    weight: rules.weight,
  }
}

function fromRow(row: Selectable<ApiKeysTable>): ApiKey {
  const scopes = row.scopes.split(',')
  return {
    name: row.name,
    hash: row.hash,
    isAdmin: row.is_admin === 1,
    rules: {
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      maxPriority: row.max_priority,
      maxRunning: row.max_running,
      requestsPerMinute: row.requests_per_minute,
      videoSecondsPerDay: row.video_seconds_per_day,
      weight: row.weight,
    },
    createdAtMs: row.created_at,
    revokedAtMs: row.revoked_at,
  }
}
