// Keeps a second pull out of the same models folder. The lock is SQLite's, which belongs to the open file: the system frees it
// when the process ends, even by kill -9, so there is no stale lock and no reused process id to judge.
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { AppError } from '../domain/errors.ts'

const LOCK_NAME = '.pull.lock'

/** @returns a handle that frees it @throws AppError `models_busy` */
export function takePullLock(volume: string): () => void {
  const lock = new SqliteDatabase(join(volume, LOCK_NAME), { timeout: 0 })
  try {
    lock.pragma('journal_mode = MEMORY')
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    return () => lock.close()
  } catch (cause) {
    lock.close()
    const code = cause instanceof SqliteDatabase.SqliteError ? cause.code : ''
    if (!code.startsWith('SQLITE_BUSY')) throw cause
    const detail = `Another process is changing the models in "${volume}".`
    throw new AppError('models_busy', detail, { cause })
  }
}
