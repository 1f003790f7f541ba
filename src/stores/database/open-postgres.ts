// The shared database: PostgreSQL, for several hubs on one queue.
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { AppError } from '../../domain/errors.ts'
import { createUnitOfWork } from './kysely-unit-of-work.ts'
import { migrateToNewest } from './migrate.ts'
import type { OpenedDatabase } from './open-database.ts'
import type { Schema } from './schema.ts'

const MAX_CONNECTIONS = 10
const CONNECT_TIMEOUT_MS = 5000
/** No query of the hub takes a second; a connection that is silent for this long is frozen, and is closed. */
const QUERY_TIMEOUT_MS = 10_000
/** Shorter than the client's deadline, so that the server's own reason is reported. */
const STATEMENT_TIMEOUT_MS = 9000
/** Idle time before the first keep-alive probe: routers drop idle connections after some minutes. */
const KEEP_ALIVE_DELAY_MS = 10_000
/** A transaction whose hub hangs must not lock its rows forever. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
const INT8 = 20

export interface PostgresOptions {
  readonly url: string
  /** Called when an idle connection is lost. */
  readonly onTrouble: (error: Error) => void
}

/** @throws AppError `store_unavailable`, `store_too_new` */
export async function openPostgres({ url, onTrouble }: PostgresOptions): Promise<OpenedDatabase> {
  await migrate(url)
  const db = connectPostgres(url, onTrouble)
  return {
    db,
    unitOfWork: createUnitOfWork(db),
    exclusive: false,
    close: () => db.destroy(),
  }
}

/** Connects at the first query. @param onTrouble is called when an idle connection is lost */
export function connectPostgres(url: string, onTrouble: (error: Error) => void): Kysely<Schema> {
  const pool = new pg.Pool({
    Client: ImpatientClient,
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: { getTypeParser: parserOf },
  })
  pool.on('error', onTrouble)
  // The pool listens only to idle clients. The error of a busy client would end the process; its query reports the error anyway.
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}

/** Uses a connection of its own without deadlines: a step may rebuild a large table, or wait for a hub that does. */
async function migrate(url: string): Promise<void> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: { getTypeParser: parserOf },
  })
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrateToNewest(db)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('store_unavailable', 'The PostgreSQL database cannot be reached.', {
      cause: error,
    })
  } finally {
    await db.destroy()
  }
}

/**
 * Closes a connection on which no answer came in time. The driver would only abandon the query and return the frozen connection
 * to the pool, where the next query would wait as long again.
 */
class ImpatientClient extends pg.Client {
  override query = ((...args: Parameters<pg.Client['query']>) => {
    const answer: unknown = super.query(...args)
    if (answer instanceof Promise) {
      answer.catch(({ message }: Error) => {
        if (message === 'Query read timeout') this.connection.stream.destroy()
      })
    }
    return answer
  }) as pg.Client['query']
}

/** Times and counters have 64 bits in PostgreSQL; their values stay far below 2^53, so numbers hold them exactly. */
const parserOf: typeof pg.types.getTypeParser = (oid: number, format?: unknown) =>
  oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')
