// Migrates a database to the tables of this version, one hub at a time, and rejects one that a newer version has made.
import { Migrator } from 'kysely/migration'
import { AppError } from '../../domain/errors.ts'
import type { Executor } from './executor.ts'
import { MIGRATIONS } from './migrations.ts'

/** @throws AppError `store_too_new`, `store_unavailable` */
export async function migrateToNewest(db: Executor): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
  })
  await refuseNewer(db)
  const { error, results } = await migrator.migrateToLatest()
  if (error === undefined) return
  const failed =
    results?.find(({ status }) => status === 'Error')?.migrationName ?? 'the first step'
  throw new AppError('store_unavailable', `The tables could not be created (${failed}).`, {
    cause: error,
  })
}

/** Whether all steps of this version were applied. @throws AppError `store_too_new` */
export async function hasNewestTables(db: Executor): Promise<boolean> {
  const taken = new Set(await stepsTaken(db))
  refuseUnknown([...taken])
  return Object.keys(MIGRATIONS).every((name) => taken.has(name))
}

const MIGRATION_TABLE = 'kysely_migration'

async function refuseNewer(db: Executor): Promise<void> {
  refuseUnknown(await stepsTaken(db))
}

async function stepsTaken(db: Executor): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === MIGRATION_TABLE)) return []
  const rows = await db
    .withTables<{ [MIGRATION_TABLE]: { name: string } }>()
    .selectFrom(MIGRATION_TABLE)
    .select('name')
    .execute()
  return rows.map(({ name }) => name)
}

function refuseUnknown(steps: readonly string[]): void {
  const unknown = steps.filter((name) => !(name in MIGRATIONS))
  if (unknown.length === 0) return
  throw new AppError(
    'store_too_new',
    `A newer version has migrated the database; this version does not know ${unknown.join(', ')}.`,
  )
}
