// Transactions on Kysely: committed durably, retried when another writer was faster, their failures translated to the hub's
// error codes.
import { sql } from 'kysely'
import type { UnitOfWork } from '../../app/ports/unit-of-work.ts'
import { AppError } from '../../domain/errors.ts'
import { asTransaction, type Executor } from './executor.ts'
import type { SpareSpace } from './spare-space.ts'
import { stateOf, toStoreError } from './store-error.ts'
import { WriteConflict } from './write-conflict.ts'

/** One of several writers of a row wins each time, so even a crowd is through after so many attempts. */
const MAX_TRIES = 20

/** PostgreSQL: serialization_failure, deadlock_detected, unique_violation by a concurrent insert. */
const RETRYABLE_STATES = new Set(['40001', '40P01', '23505'])

/** @param spare of a database whose log is on the hub's own disk */
export function createUnitOfWork(db: Executor, spare: SpareSpace | null = null): UnitOfWork {
  const write: UnitOfWork['write'] = async (work) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await db.transaction().execute((trx) => work(asTransaction(trx)))
      } catch (error) {
        if (!isRetryable(error)) throw toStoreError(error)
        if (tries === MAX_TRIES) {
          const detail = `Other writers changed the same rows ${MAX_TRIES} times in a row.`
          throw new AppError('store_unavailable', detail, { cause: error })
        }
      }
    }
  }
  return {
    write,
    async free(work) {
      try {
        const result = await write(work)
        await spare?.refill()
        return result
      } catch (error) {
        const isFull = error instanceof AppError && error.code === 'disk_full'
        if (!isFull || spare === null) throw error
        await spare.give()
        // A checkpoint moves the log into the database; the log then starts over in the space that it has.
        await sql`pragma wal_checkpoint(passive)`.execute(db).catch(() => {})
        return await write(work)
      }
    },
    async read(work) {
      try {
        return await work(asTransaction(db))
      } catch (error) {
        throw toStoreError(error)
      }
    },
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof WriteConflict || RETRYABLE_STATES.has(stateOf(error))
}
