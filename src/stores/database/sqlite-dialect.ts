// Kysely's dialect for SQLite, except that a transaction which SQLite itself has rolled back is not rolled back again. SQLite does
// so when the disk is full, and the second rollback would fail with an error that hides the first.
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
