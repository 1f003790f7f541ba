// The work that a hub repeats reads few rows, however many jobs have ended: SQLite holds the event loop while it reads.
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Kysely } from 'kysely'
import { expect, it } from 'vitest'
import { createTestFolder } from '../../../test/support/test-folder.ts'
import type { Transaction } from '../../app/ports/unit-of-work.ts'
import { createBlobReferences } from '../blobs/table-blob-references.ts'
import { createDeliveryStore } from '../jobs/table-delivery-store.ts'
import { createFileStore } from '../jobs/table-file-store.ts'
import { createIdempotencyStore } from '../jobs/table-idempotency-store.ts'
import { createJobStore } from '../jobs/table-job-store.ts'
import { createUnitOfWork } from './kysely-unit-of-work.ts'
import { DATABASE_NAME, openSqlite } from './open-sqlite.ts'
import type { Schema } from './schema.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'

const jobs = createJobStore()
const idempotency = createIdempotencyStore()
const references = createBlobReferences()
const files = createFileStore()
const deliveries = createDeliveryStore()

const SWEEPS: Readonly<Record<string, (tx: Transaction) => Promise<unknown>>> = {
  'jobs that are overdue': (tx) => jobs.overdue(tx, 1, 1, 9),
  'jobs that have expired': (tx) => jobs.expired(tx, 1, 9),
  'jobs that run': (tx) => jobs.running(tx),
  'jobs that ended during a render elsewhere': (tx) => jobs.abandoned(tx, 9),
  'the newest job': (tx) => jobs.newestTime(tx),
  'keys of requests that have expired': (tx) => idempotency.sweep(tx, 1),
  'keys of requests under way': (tx) => idempotency.reservations(tx),
  'holders of blobs': (tx) => references.holders(tx, 'hold'),
  'blobs that nobody needs': (tx) => references.unused(tx, 9),
  'files that have expired': (tx) => files.expired(tx, 1, 9),
  'webhooks that are old': (tx) => deliveries.sweep(tx, 1),
}

it.each(Object.entries(SWEEPS))('finds by an index: %s', async (_, sweep) => {
  const folder = await createTestFolder()
  await (await openSqlite(folder.path('.'))).close()
  const database = new SqliteDatabase(join(folder.path('.'), DATABASE_NAME))
  const plans: string[] = []
  const db = new Kysely<Schema>({
    dialect: createSqliteDialect(database),
    log({ query: { sql, parameters } }) {
      if (!/^\s*(select|delete|update)/.test(sql)) return
      const steps = database.prepare(`explain query plan ${sql}`).all(...parameters)
      plans.push(...(steps as { readonly detail: string }[]).map(({ detail }) => detail))
    },
  })
  await createUnitOfWork(db).write(sweep)
  await db.destroy()
  expect(plans).not.toEqual([])
  for (const plan of plans) {
    // Batches are few.
    expect(plan).not.toMatch(/^SCAN (?!batches)\w+$/)
    // This index has all ended jobs.
    expect(plan).not.toMatch(/^SEARCH jobs USING INDEX jobs_by_end/)
  }
})
