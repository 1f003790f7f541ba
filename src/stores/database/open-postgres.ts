// The shared database: PostgreSQL, for several hubs on one queue.
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { AppError } from '../../domain/errors.ts'
import { createUnitOfWork } from './kysely-unit-of-work.ts'
import { migrateToNewest } from './migrate.ts'
import type { OpenedDatabase } from './open-database.ts'
import type { Schema } from './schema.ts'

const MAX_CONNECTIONS = 10
const CONNECT_TIMEOUT_MS = 10_000
const STATEMENT_TIMEOUT_MS = 30_000
/** A transaction whose hub hangs must not hold its rows for ever. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
const INT8 = 20

export interface PostgresOptions {
  readonly url: string
  /** For a pool that lost a connection while nobody used it. */
  readonly onTrouble: (error: Error) => void
}

/** @throws AppError `store_unavailable`, `store_too_new` */
export async function openPostgres({ url, onTrouble }: PostgresOptions): Promise<OpenedDatabase> {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    types: { getTypeParser: parserOf },
  })
  pool.on('error', onTrouble)
  // The pool listens only to idle clients: the error of a client in use would end the process, and its query reports it anyway.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrateToNewest(db)
  } catch (error) {
    await db.destroy()
    if (error instanceof AppError) throw error
    throw new AppError('store_unavailable', 'The PostgreSQL database cannot be reached.', {
      cause: error,
    })
  }
  return {
    db,
    unitOfWork: createUnitOfWork(db),
    exclusive: false,
    close: () => db.destroy(),
  }
}

/** Times and counters are 64 bits wide there and stay far below 2^53 here. */
const parserOf: typeof pg.types.getTypeParser = (oid: number, format?: unknown) =>
  oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')
