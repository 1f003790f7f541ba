// Opens the database of a hub that may be running, for a command that changes one row. It creates no table and takes no lock;
// both belong to the hub.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Kysely } from 'kysely'
import type { KeyStore } from '../app/ports/key-store.ts'
import type { LinkKeyStore } from '../app/ports/link-key-store.ts'
import type { UnitOfWork } from '../app/ports/unit-of-work.ts'
import type { WorkerStore } from '../app/ports/worker-store.ts'
import { AppError } from '../domain/errors.ts'
import { createUnitOfWork } from './database/kysely-unit-of-work.ts'
import { hasNewestTables } from './database/migrate.ts'
import { BUSY_TIMEOUT_MS, DATABASE_NAME } from './database/open-sqlite.ts'
import type { Schema } from './database/schema.ts'
import { createSqliteDialect } from './database/sqlite-dialect.ts'
import { toStoreError } from './database/store-error.ts'
import { createKeyStore } from './jobs/table-key-store.ts'
import { createLinkKeyStore } from './jobs/table-link-key-store.ts'
import { createWorkerStore } from './jobs/table-worker-store.ts'

export interface StoresBeside extends AsyncDisposable {
  readonly unitOfWork: UnitOfWork
  readonly keys: KeyStore
  readonly linkKeys: LinkKeyStore
  readonly workers: WorkerStore
}

/** @throws AppError `store_unavailable`, `store_too_new` */
export async function openBeside(
  folder: string,
  databaseUrl: string | null,
): Promise<StoresBeside> {
  const db =
    databaseUrl === null
      ? await openFile(folder)
      : (await import('./database/open-postgres.ts')).connectPostgres(databaseUrl, () => {})
  try {
    if (!(await hasNewestTables(db))) {
      const detail = 'No hub of this version has used the database yet. Start the hub once.'
      throw new AppError('store_unavailable', detail)
    }
  } catch (error) {
    await db.destroy()
    throw toStoreError(error)
  }
  return {
    unitOfWork: createUnitOfWork(db),
    keys: createKeyStore(),
    linkKeys: createLinkKeyStore(),
    workers: createWorkerStore(databaseUrl !== null),
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}

async function openFile(folder: string): Promise<Kysely<Schema>> {
  const path = join(folder, DATABASE_NAME)
  await access(path).catch((cause: unknown) => {
    const detail = `There is no ${DATABASE_NAME} in ${folder}. Set INFINITETALK_DATA_DIR to the data folder of a hub.`
    throw new AppError('store_unavailable', detail, { cause })
  })
  const database = new SqliteDatabase(path, { timeout: BUSY_TIMEOUT_MS })
  return new Kysely<Schema>({ dialect: createSqliteDialect(database) })
}
