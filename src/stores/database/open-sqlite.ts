// The embedded database: one SQLite file, one process, one connection. synchronous=FULL makes each commit wait for the disk,
// on the event loop: 0.2 ms on an SSD, 7 ms p99 in a burst on two busy cores (bench/queue.ts, docs/decisions/005).
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Kysely } from 'kysely'
import { AppError } from '../../domain/errors.ts'
import { createUnitOfWork } from './kysely-unit-of-work.ts'
import { migrateToNewest } from './migrate.ts'
import type { OpenedDatabase } from './open-database.ts'
import type { Schema } from './schema.ts'
import { SpareSpace } from './spare-space.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'

export const DATABASE_NAME = 'hub.sqlite'
const LOCK_NAME = 'hub.lock'
const SPARE_NAME = 'hub.spare'
/** Only an operator's tool (sqlite3, a backup) can hold the file, and only for moments. */
export const BUSY_TIMEOUT_MS = 5000

/** @throws AppError `data_dir_busy`, `store_too_new`, `store_unavailable` */
export async function openSqlite(folder: string): Promise<OpenedDatabase> {
  const lock = lockFolder(folder)
  let sqlite: SqliteDatabase.Database | undefined
  try {
    sqlite = new SqliteDatabase(join(folder, DATABASE_NAME), { timeout: BUSY_TIMEOUT_MS })
    sqlite.pragma('journal_mode = WAL')
    sqlite.pragma('synchronous = FULL')
    const db = new Kysely<Schema>({ dialect: createSqliteDialect(sqlite) })
    await migrateToNewest(db)
    const spare = new SpareSpace(join(folder, SPARE_NAME))
    await spare.refill()
    return {
      db,
      unitOfWork: createUnitOfWork(db, spare),
      exclusive: true,
      async close() {
        await db.destroy()
        lock.close()
      },
    }
  } catch (error) {
    sqlite?.close()
    lock.close()
    throw error instanceof AppError ? error : damaged(error)
  }
}

/**
 * Keeps a second hub out while this process lives. The lock belongs to the open file, so even kill -9 frees it. Other programs
 * can still read the database.
 */
function lockFolder(folder: string): SqliteDatabase.Database {
  const lock = new SqliteDatabase(join(folder, LOCK_NAME), { timeout: 0 })
  try {
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw new AppError('data_dir_busy', 'Another hub uses the data folder.', { cause: error })
  }
}

function damaged(error: unknown): AppError {
  const why = error instanceof Error ? error.message : String(error)
  const detail = `The database ${DATABASE_NAME} cannot be opened: ${why}.`
  return new AppError('store_unavailable', detail, { cause: error })
}
