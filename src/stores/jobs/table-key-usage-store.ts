// The use of API keys in the table `key_usage`: one row for each key and kind, so the table needs no sweep.
import { sql } from 'kysely'
import type { KeyUsageStore } from '../../app/ports/key-usage-store.ts'
import { executorOf } from '../database/executor.ts'

export function createKeyUsageStore(): KeyUsageStore {
  return {
    async add(tx, { key, kind, startsAtMs }, amount) {
      const first = Math.max(0, amount)
      // A hub whose clock is behind still counts into the newer period.
      const { used } = await executorOf(tx)
        .insertInto('key_usage')
        .values({ key, kind, starts_at: startsAtMs, used: first })
        .onConflict((conflict) =>
          conflict.columns(['key', 'kind']).doUpdateSet({
            used: sql<number>`case
              when key_usage.starts_at < excluded.starts_at then excluded.used
              when key_usage.used + ${amount} < 0 then 0
              else key_usage.used + ${amount} end`,
            starts_at: sql<number>`case
              when key_usage.starts_at < excluded.starts_at then excluded.starts_at
              else key_usage.starts_at end`,
          }),
        )
        .returning('used')
        .executeTakeFirstOrThrow()
      return used
    },
    async used(tx, { key, kind, startsAtMs }) {
      const row = await executorOf(tx)
        .selectFrom('key_usage')
        .select('used')
        .where('key', '=', key)
        .where('kind', '=', kind)
        .where('starts_at', '>=', startsAtMs)
        .executeTakeFirst()
      return row?.used ?? 0
    },
  }
}
