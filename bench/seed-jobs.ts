// Fills the tables with copies of one waiting or ended job, in a few statements: a million jobs that are submitted one by one take hours. It also
// spares memory: SQLite's statements are freed between two turns of the event loop, and a loop of submissions leaves it no turn.
import { type RawBuilder, sql } from 'kysely'
import type { Executor } from '../src/stores/database/executor.ts'

interface SeededTable {
  readonly table: 'jobs' | 'job_events' | 'dispatch' | 'blob_references' | 'blobs' | 'idempotency'
  /** The rows of the job, and the column of its id. */
  readonly from: 'jobs' | 'job_events' | 'dispatch' | 'blob_references' | 'idempotency'
  readonly id: string
  /** Columns that are the number of the copy. */
  readonly counted?: readonly string[]
  /** Columns with a hash that differs from copy to copy. */
  readonly hashed?: readonly string[]
}

const JOB: readonly SeededTable[] = [
  { table: 'jobs', from: 'jobs', id: 'id', counted: ['reuse_key'] },
  { table: 'job_events', from: 'job_events', id: 'job_id' },
]
const QUEUE: readonly SeededTable[] = [{ table: 'dispatch', from: 'dispatch', id: 'job_id' }]
const FILES: readonly SeededTable[] = [
  { table: 'blob_references', from: 'blob_references', id: 'holder_id', hashed: ['sha256'] },
  { table: 'blobs', from: 'blob_references', id: 'holder_id', hashed: ['sha256'] },
  { table: 'idempotency', from: 'idempotency', id: 'job_id', counted: ['key'] },
]
/** Rows of one statement. PostgreSQL ends one that takes longer than 9 s. */
const ROWS_AT_ONCE = 20_000

/** The copies are older than the job: ids begin with the time. @param id of a job that waits, alone in the database */
export async function seedJobs(db: Executor, id: string, copies: number): Promise<void> {
  for (const table of [...JOB, ...QUEUE]) await seedTable(db, table, id, copies)
  await db
    .updateTable('dispatch_loads')
    .set(({ eb }) => ({ entries: eb('entries', '+', copies) }))
    .execute()
}

/** Each copy has blobs of its own, without their files. @param id of a job that has ended, with its Idempotency-Key */
export async function seedEndedJobs(db: Executor, id: string, copies: number): Promise<void> {
  for (const table of [...JOB, ...FILES]) await seedTable(db, table, id, copies)
}

async function seedTable(
  db: Executor,
  { table, from, id: idColumn, counted = [], hashed = [] }: SeededTable,
  id: string,
  copies: number,
): Promise<void> {
  const isPostgres = await sql`select sqlite_version()`.execute(db).then(
    () => false,
    () => true,
  )
  const columns = Object.keys(await db.selectFrom(table).selectAll().executeTakeFirstOrThrow())
  const values = columns.map((column): RawBuilder<unknown> => {
    if (column === idColumn) return isPostgres ? POSTGRES_ID : SQLITE_ID
    if (hashed.includes(column)) return isPostgres ? POSTGRES_HASH : SQLITE_HASH
    if (column === 'turn') return sql`turn + numbers.n * charge`
    if (column === 'touched') return sql`1`
    return counted.includes(column) ? sql`cast(numbers.n as text)` : sql.ref(column)
  })
  for (let done = 0; done < copies; done += ROWS_AT_ONCE) {
    const last = Math.min(copies, done + ROWS_AT_ONCE)
    const numbers = sql`with recursive numbers(n) as (
      select cast(${sql.lit(done + 1)} as bigint) union all select n + 1 from numbers where n < ${sql.lit(last)})`
    const into = sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})`
    const rows = sql`select ${sql.join(values)} from ${sql.table(from)}, numbers where ${sql.ref(idColumn)} = ${id}`
    const statement = isPostgres ? sql`${numbers} ${into} ${rows}` : sql`${into} ${numbers} ${rows}`
    await statement.execute(db)
  }
}

/** A job id of the time `n` in milliseconds. */
const POSTGRES_ID = sql`'job_' || overlay(lpad(to_hex(numbers.n), 12, '0') placing '-' from 9 for 0) || '-7000-8000-000000000000'`
const SQLITE_ID = sql`printf('job_%08x-%04x-7000-8000-000000000000', numbers.n >> 16, numbers.n & 65535)`
/** The hash of a blob with the number of the copy in place of its first digits. */
const POSTGRES_HASH = sql`lpad(to_hex(numbers.n), 16, '0') || substr(sha256, 17)`
const SQLITE_HASH = sql`printf('%016x', numbers.n) || substr(sha256, 17)`
