// Fills the tables with copies of one waiting job, in a few statements: a million jobs that are submitted one by one take hours. It also
// spares memory: SQLite's statements are freed between two turns of the event loop, and a loop of submissions leaves it no turn.
import { type RawBuilder, sql } from 'kysely'
import type { Executor } from '../src/stores/database/executor.ts'

/** The tables of a waiting job, the column of its id, and the columns that differ from copy to copy. */
const TABLES = [
  { table: 'jobs', id: 'id', counted: ['reuse_key'] },
  { table: 'job_events', id: 'job_id', counted: [] },
  { table: 'dispatch', id: 'job_id', counted: [] },
] as const
/** Rows of one statement. PostgreSQL ends one that takes longer than 9 s. */
const ROWS_AT_ONCE = 20_000

/** The copies are older than the job: ids begin with the time. @param id of a job that waits, alone in the database */
export async function seedJobs(db: Executor, id: string, copies: number): Promise<void> {
  const isPostgres = await sql`select sqlite_version()`.execute(db).then(
    () => false,
    () => true,
  )
  for (const { table, id: idColumn, counted } of TABLES) {
    const row = await db
      .selectFrom(table)
      .selectAll()
      .where(sql.ref(idColumn), '=', id)
      .executeTakeFirstOrThrow()
    const columns = Object.keys(row)
    const values = columns.map((column): RawBuilder<unknown> => {
      if (column === idColumn) return isPostgres ? POSTGRES_ID : SQLITE_ID
      if (column === 'turn') return sql`turn + numbers.n * charge`
      return (counted as readonly string[]).includes(column)
        ? sql`cast(numbers.n as text)`
        : sql.ref(column)
    })
    for (let done = 0; done < copies; done += ROWS_AT_ONCE) {
      const last = Math.min(copies, done + ROWS_AT_ONCE)
      const numbers = sql`with recursive numbers(n) as (
        select cast(${sql.lit(done + 1)} as bigint) union all select n + 1 from numbers where n < ${sql.lit(last)})`
      const into = sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})`
      const from = sql`select ${sql.join(values)} from ${sql.table(table)}, numbers where ${sql.ref(idColumn)} = ${id}`
      const statement = isPostgres
        ? sql`${numbers} ${into} ${from}`
        : sql`${into} ${numbers} ${from}`
      await statement.execute(db)
    }
  }
  await db
    .updateTable('dispatch_loads')
    .set(({ eb }) => ({ entries: eb('entries', '+', copies) }))
    .execute()
}

/** A job id of the time `n` in milliseconds. */
const POSTGRES_ID = sql`'job_' || overlay(lpad(to_hex(numbers.n), 12, '0') placing '-' from 9 for 0) || '-7000-8000-000000000000'`
const SQLITE_ID = sql`printf('job_%08x-%04x-7000-8000-000000000000', numbers.n >> 16, numbers.n & 65535)`
