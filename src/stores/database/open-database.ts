// An opened database, SQLite or PostgreSQL: its transactions, and how to close it.
import type { UnitOfWork } from '../../app/ports/unit-of-work.ts'
import type { Executor } from './executor.ts'

export interface OpenedDatabase {
  readonly db: Executor
  readonly unitOfWork: UnitOfWork
  /** No other process has the database open, so an unfinished job has lost its worker. */
  readonly exclusive: boolean
  close(): Promise<void>
}
