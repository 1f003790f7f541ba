// The secret of signed links in the table `link_key`, which has one row.
import type { LinkKeyStore } from '../../app/ports/link-key-store.ts'
import { executorOf } from '../database/executor.ts'

const ONLY_ROW = 1

export function createLinkKeyStore(): LinkKeyStore {
  return {
    async read(tx) {
      const row = await executorOf(tx)
        .selectFrom('link_key')
        .select('secret')
        .where('id', '=', ONLY_ROW)
        .executeTakeFirst()
      return row?.secret ?? null
    },
    async putFirst(tx, secret) {
      await executorOf(tx)
        .insertInto('link_key')
        .values({ id: ONLY_ROW, secret })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },
    async replace(tx, secret) {
      await executorOf(tx)
        .insertInto('link_key')
        .values({ id: ONLY_ROW, secret })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ secret }))
        .execute()
    },
  }
}
