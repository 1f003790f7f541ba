// Transactions on Kysely: committed durably, run again when another writer was faster, and their failures told in the
// hub's own words.
import type { UnitOfWork } from '../../app/ports/unit-of-work.ts'
import { AppError } from '../../domain/errors.ts'
import { asTransaction, type Executor } from './executor.ts'
import { WriteConflict } from './write-conflict.ts'

/** With two writers after the same row one of them wins each time, so even a crowd is through after so many tries. */
const MAX_TRIES = 20

/** PostgreSQL: serialization_failure, deadlock_detected, unique_violation by a row that came in between. */
const RETRYABLE_STATES = new Set(['40001', '40P01', '23505'])
/** PostgreSQL: disk_full. SQLite: the same. */
const DISK_FULL_STATES = new Set(['53100', 'SQLITE_FULL'])

export function createUnitOfWork(db: Executor): UnitOfWork {
  return {
    async write(work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await db.transaction().execute((trx) => work(asTransaction(trx)))
        } catch (error) {
          if (!isRetryable(error)) throw toStoreError(error)
          if (tries === MAX_TRIES) {
            const detail = `The same rows were changed by others ${MAX_TRIES} times in a row.`
            throw new AppError('store_unavailable', detail, { cause: error })
          }
        }
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

function toStoreError(error: unknown): unknown {
  if (error instanceof AppError) return error
  const state = stateOf(error)
  if (DISK_FULL_STATES.has(state)) {
    return new AppError('disk_full', 'The database found no space left on the disk.', {
      cause: error,
    })
  }
  if (state.startsWith('SQLITE_') || /^([0-9A-Z]{5}|E[A-Z]+)$/.test(state)) {
    return new AppError('store_unavailable', `The database failed (${state}).`, { cause: error })
  }
  return error
}

function stateOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : ''
}
