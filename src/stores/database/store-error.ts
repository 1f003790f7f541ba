// Translates a failure of the database: no space, a database that cannot be reached, or a fault of this program.
import { AppError } from '../../domain/errors.ts'

/** disk_full of PostgreSQL, and the same of SQLite. */
const DISK_FULL_STATES = new Set(['53100', 'SQLITE_FULL'])

/** PostgreSQL's driver and its pool report a lost connection or a missed deadline in these words, without a code. */
const LOST_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client (has encountered a connection error|was closed))/

export function toStoreError(error: unknown): unknown {
  if (error instanceof AppError) return error
  const state = stateOf(error)
  if (DISK_FULL_STATES.has(state)) {
    return new AppError('disk_full', 'The database found no space left on the disk.', {
      cause: error,
    })
  }
  if (state.startsWith('SQLITE_') || /^([0-9A-Z]{5}|E[A-Z]+)$/.test(state))
    return away(state, error)
  if (error instanceof Error && LOST_CONNECTION.test(error.message)) {
    return away(error.message, error)
  }
  return error
}

/** The code of an error of SQLite, PostgreSQL or the network; empty for any other. */
export function stateOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : ''
}

function away(why: string, cause: unknown): AppError {
  return new AppError('store_unavailable', `The database failed (${why}).`, { cause })
}
