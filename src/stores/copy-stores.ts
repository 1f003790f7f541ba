// Copies all jobs, files and keys from one pair of database and blobs to another. It may be interrupted and started again: blobs that
// are there are skipped, rows are written over, and rows that the source no longer has are deleted.
import { type RawBuilder, sql } from 'kysely'
import type { BlobStore } from '../app/ports/blob-store.ts'
import { AppError } from '../domain/errors.ts'
import type { Sha256 } from '../domain/ids.ts'
import type { Executor } from './database/executor.ts'
import type { Schema } from './database/schema.ts'
import { COPY_MARK } from './jobs/table-owner-store.ts'

export interface StorePair {
  readonly db: Executor
  readonly blobs: BlobStore
}

export interface CopyProgress {
  readonly blobs: number
  readonly blobBytes: number
  readonly rows: number
}

interface TableKeys {
  readonly table: keyof Schema
  /** Its primary key. */
  readonly keys: readonly string[]
}

const ROWS_AT_ONCE = 200

/**
 * In this order a hub that looks meanwhile finds nothing half there. Processes (`owners`, `workers`), their newest frames
 * (`job_frames`) and the holds of their unfinished work stay behind.
 */
export const TABLES: readonly TableKeys[] = [
  { table: 'blobs', keys: ['sha256'] },
  { table: 'blob_references', keys: ['holder_kind', 'holder_id', 'sha256'] },
  { table: 'link_key', keys: ['id'] },
  { table: 'api_keys', keys: ['name'] },
  { table: 'key_usage', keys: ['key', 'kind'] },
  { table: 'speeds', keys: ['engine', 'width', 'height'] },
  { table: 'files', keys: ['id'] },
  { table: 'buried_jobs', keys: ['id'] },
  { table: 'job_events', keys: ['job_id', 'sequence'] },
  { table: 'job_windows', keys: ['job_id', 'number'] },
  { table: 'job_sounds', keys: ['job_id'] },
  { table: 'batches', keys: ['id'] },
  { table: 'jobs', keys: ['id'] },
  { table: 'idempotency', keys: ['scope', 'key'] },
  { table: 'deliveries', keys: ['id'] },
  { table: 'dispatch_loads', keys: ['concurrency_key'] },
  { table: 'dispatch_turns', keys: ['rank'] },
  { table: 'dispatch', keys: ['job_id'] },
]

/** @throws AppError `store_in_use`, `store_unavailable`, `blob_damaged`, the reason of the signal */
export async function copyStores(
  from: StorePair,
  to: StorePair,
  { signal, onProgress }: { signal: AbortSignal; onProgress(progress: CopyProgress): void },
): Promise<CopyProgress> {
  await markTarget(to.db)
  const progress = { blobs: 0, blobBytes: 0, rows: 0 }
  for await (const rows of pagesOf(from.db, { table: 'blobs', keys: ['sha256'] })) {
    for (const { sha256 } of rows) {
      signal.throwIfAborted()
      progress.blobBytes += await copyBlob(sha256 as Sha256, from.blobs, to.blobs, signal)
      progress.blobs += 1
      onProgress(progress)
    }
  }
  for (const table of TABLES) {
    for await (const rows of pagesOf(from.db, table)) {
      signal.throwIfAborted()
      await writeRows(to.db, table, rows.filter(isKept))
      progress.rows += rows.length
      onProgress(progress)
    }
  }
  for (const table of TABLES.toReversed()) await deleteOthers(table, from.db, to.db, signal)
  return progress
}

type Row = Readonly<Record<string, unknown>>

/** Rows in the order of their key: a page begins after the key that the previous one ended with. */
async function* pagesOf(
  db: Executor,
  { table, keys }: TableKeys,
  selected: RawBuilder<unknown> = sql`*`,
): AsyncGenerator<readonly Row[]> {
  const columns = sql.join(keys.map((key) => sql.ref(key)))
  let after: Row | null = null
  for (;;) {
    const last: Row | null = after
    const beyond: RawBuilder<unknown> =
      last === null
        ? sql``
        : sql`where (${columns}) > (${sql.join(keys.map((key) => sql.val(last[key])))})`
    const page = sql<Row>`select ${selected} from ${sql.table(table)} ${beyond}
      order by ${columns} limit ${sql.lit(ROWS_AT_ONCE)}`
    const { rows }: { readonly rows: readonly Row[] } = await page.execute(db)
    if (rows.length > 0) yield rows
    if (rows.length < ROWS_AT_ONCE) return
    after = rows.at(-1)!
  }
}

async function writeRows(db: Executor, { table, keys }: TableKeys, rows: readonly Row[]) {
  const [first] = rows
  if (first === undefined) return
  const names = Object.keys(first)
  const values = rows.map((row) => sql`(${sql.join(names.map((name) => sql.val(row[name])))})`)
  const others = names.filter((name) => !keys.includes(name))
  const changes = others.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`)
  const resolution = others.length === 0 ? sql`do nothing` : sql`do update set ${sql.join(changes)}`
  await sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
    values ${sql.join(values)}
    on conflict (${sql.join(keys.map((key) => sql.ref(key)))}) ${resolution}`.execute(db)
}

function isKept({ holder_kind }: Row): boolean {
  return holder_kind !== 'hold'
}

/** @returns the bytes that were copied */
async function copyBlob(
  sha256: Sha256,
  from: BlobStore,
  to: BlobStore,
  signal: AbortSignal,
): Promise<number> {
  const bytes = await from.size(sha256)
  if (bytes === null || (await to.size(sha256)) === bytes) return 0
  const copy = await to.stage(await from.read(sha256), { maxBytes: bytes, signal })
  await copy.publish()
  return bytes
}

/**
 * Deletes the rows of the target that the source does not have. A hub deletes a blob without a reference by itself, the file with
 * the row.
 */
async function deleteOthers(
  { table, keys }: TableKeys,
  from: Executor,
  to: Executor,
  signal: AbortSignal,
): Promise<void> {
  if (table === 'blobs') return
  const columns = sql.join(keys.map((key) => sql.ref(key)))
  const isOneOf = (rows: readonly Row[]) => sql.join(rows.map(isRow), sql` or `)
  const isRow = (row: Row) =>
    sql`(${sql.join(
      keys.map((key) => sql`${sql.ref(key)} = ${sql.val(row[key])}`),
      sql` and `,
    )})`
  const nameOf = (row: Row): string => JSON.stringify(keys.map((key) => row[key]))
  for await (const rows of pagesOf(to, { table, keys }, columns)) {
    signal.throwIfAborted()
    const kept = await sql<Row>`select ${columns} from ${sql.table(table)}
      where ${isOneOf(rows)}`.execute(from)
    const names = new Set(kept.rows.filter(isKept).map(nameOf))
    const others = rows.filter((row) => !names.has(nameOf(row)))
    if (others.length === 0) continue
    await sql`delete from ${sql.table(table)} where ${isOneOf(others)}`.execute(to)
  }
}

/** A target without the mark has been used since the copy, or was never one: only an empty one is written to. */
async function markTarget(db: Executor): Promise<void> {
  const marks = db.selectFrom('owners').select('id').where('id', '=', COPY_MARK)
  if ((await marks.execute()).length > 0) return
  for (const table of ['jobs', 'batches', 'files', 'api_keys'] as const) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db)
    if (rows.length === 0) continue
    throw new AppError('store_in_use', 'The target has jobs, files or keys of its own.')
  }
  await db.insertInto('owners').values({ id: COPY_MARK, beat: 0 }).execute()
}
