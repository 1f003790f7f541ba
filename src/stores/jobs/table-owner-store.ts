// The processes that use a store in the table `owners`.
import type { OwnerStore } from '../../app/ports/owner-store.ts'
import { executorOf } from '../database/executor.ts'

/** The row that a copy of the stores leaves in its target, until the first hub uses it. */
export const COPY_MARK = 'copy'

export function createOwnerStore(): OwnerStore {
  return {
    async register(tx, owner) {
      const db = executorOf(tx)
      await db.deleteFrom('owners').where('id', '=', COPY_MARK).execute()
      await db
        .insertInto('owners')
        .values({ id: owner, beat: 0 })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },
    async beat(tx, owner) {
      const { numUpdatedRows } = await executorOf(tx)
        .updateTable('owners')
        .set((value) => ({ beat: value('beat', '+', 1) }))
        .where('id', '=', owner)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
    async all(tx) {
      const rows = await executorOf(tx).selectFrom('owners').selectAll().execute()
      return rows.map(({ id, beat }) => ({ token: id, beat }))
    },
    async forgetDead(tx, { token, beat }) {
      await executorOf(tx)
        .deleteFrom('owners')
        .where('id', '=', token)
        .where('beat', '=', beat)
        .execute()
    },
    async forget(tx, owner) {
      await executorOf(tx).deleteFrom('owners').where('id', '=', owner).execute()
    },
    async forgetOthers(tx, owner) {
      await executorOf(tx).deleteFrom('owners').where('id', '!=', owner).execute()
    },
  }
}
