// Kysely's dialect for SQLite, with one thing more: a transaction that SQLite ended by itself is not rolled back again. It does so
// when the disk is full, and the second rollback fails with an error that hides the first.
import type { Database } from 'better-sqlite3'
import { type DatabaseConnection, type Driver, SqliteDialect, SqliteDriver } from 'kysely'

export function createSqliteDialect(database: Database): SqliteDialect {
  return new OwnDialect(database)
}

class OwnDialect extends SqliteDialect {
  readonly #database: Database

  constructor(database: Database) {
    super({ database })
    this.#database = database
  }

  override createDriver(): Driver {
    return new OwnDriver(this.#database)
  }
}

class OwnDriver extends SqliteDriver {
  readonly #database: Database

  constructor(database: Database) {
    super({ database })
    this.#database = database
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}
