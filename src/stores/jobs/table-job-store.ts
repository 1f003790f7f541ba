// Jobs in the table `jobs`, on SQLite and PostgreSQL alike.
import type { JobStore } from '../../app/ports/job-store.ts'
import type { Transaction } from '../../app/ports/unit-of-work.ts'
import type { BatchId, JobId } from '../../domain/ids.ts'
import type { Job } from '../../domain/job.ts'
import { executorOf } from '../database/executor.ts'
import { WriteConflict } from '../database/write-conflict.ts'
import { fromRow, toChangedRow, toRow } from './job-row.ts'

export function createJobStore(): JobStore {
  return {
    async insert(tx, job, reuseKey = null) {
      const row = { ...toRow(job), reuse_key: reuseKey }
      await executorOf(tx).insertInto('jobs').values(row).execute()
    },
    async findVideo(tx, ownerKey, reuseKey) {
      const row = await executorOf(tx)
        .selectFrom('jobs')
        .selectAll()
        .where('owner_key', '=', ownerKey)
        .where('reuse_key', '=', reuseKey)
        .where('status', '=', 'succeeded')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    async get(tx, id) {
      const row = await executorOf(tx)
        .selectFrom('jobs')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    update: (tx, job) => write(tx, job, toChangedRow(job)),
    describe: (tx, job) => write(tx, job, toRow(job)),
    async delete(tx, id) {
      const { numDeletedRows } = await executorOf(tx)
        .deleteFrom('jobs')
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
    async list(tx, { status, ownerKey = null, before, limit }) {
      let query = executorOf(tx).selectFrom('jobs').selectAll().orderBy('id', 'desc').limit(limit)
      if (status !== null) query = query.where('status', '=', status)
      if (ownerKey !== null) query = query.where('owner_key', '=', ownerKey)
      if (before !== null) query = query.where('id', '<', before)
      return (await query.execute()).map(fromRow)
    },
    async counts(tx) {
      const rows = await executorOf(tx)
        .selectFrom('jobs')
        .select(({ fn }) => ['status', fn.countAll().as('count')])
        .groupBy('status')
        .execute()
      const counts = { ...NONE }
      // PostgreSQL returns counts as text.
      for (const { status, count } of rows) counts[status] = Number(count)
      return counts
    },
    async newestTime(tx) {
      const db = executorOf(tx)
      // Ids follow the time of creation.
      const newest = await db
        .selectFrom('jobs')
        .select('created_at')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst()
      const ended = await db
        .selectFrom('jobs')
        .select('finished_at')
        .where('finished_at', 'is not', null)
        .orderBy('finished_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      return newest === undefined ? null : Math.max(newest.created_at, ended?.finished_at ?? 0)
    },
    ...sweepQueries,
    ...batchQueries,
    ...buriedJobs,
  }
}

const NONE = { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0 }

type SweepQueries = Pick<
  JobStore,
  'overdue' | 'expired' | 'oldestFinished' | 'abandoned' | 'running'
>

const sweepQueries: SweepQueries = {
  async overdue(tx, nowMs, graceMs, limit) {
    const rows = await executorOf(tx)
      .selectFrom('jobs')
      .select('id')
      .where('finished_at', 'is', null)
      .where('attempt', '=', 0)
      .where('start_deadline', '<=', nowMs)
      .unionAll((db) =>
        db
          .selectFrom('jobs')
          .select('id')
          .where('finished_at', 'is', null)
          .where('deadline', '<=', nowMs)
          .where((where) =>
            where.or([where('status', '=', 'queued'), where('deadline', '<=', nowMs - graceMs)]),
          ),
      )
      .limit(limit)
      .execute()
    return idsOf(rows)
  },
  async expired(tx, nowMs, limit) {
    const rows = await executorOf(tx)
      .selectFrom('jobs')
      .select('id')
      .where('expires_at', '<=', nowMs)
      .where((where) =>
        where.or([
          where('batch_id', 'is', null),
          where('batch_id', 'not in', (db) =>
            db.selectFrom('batches').select('id').where('ended_at', 'is', null),
          ),
        ]),
      )
      .orderBy('expires_at')
      .limit(limit)
      .execute()
    return idsOf(rows)
  },
  async oldestFinished(tx, limit) {
    const rows = await executorOf(tx)
      .selectFrom('jobs')
      .select('id')
      .where('finished_at', 'is not', null)
      // Jobs without it are kept.
      .where('expires_at', 'is not', null)
      .orderBy('finished_at')
      .limit(limit)
      .execute()
    return idsOf(rows)
  },
  async abandoned(tx, limit) {
    const rows = await executorOf(tx)
      .selectFrom('jobs')
      .select('id')
      .where('remote_render', 'is not', null)
      .where('finished_at', 'is not', null)
      // In this order SQLite takes the index of these few rows, and not that of all ended jobs.
      .orderBy('id')
      .limit(limit)
      .execute()
    return idsOf(rows)
  },
  async running(tx) {
    const rows = await executorOf(tx)
      .selectFrom('jobs')
      .select('id')
      .where('status', '=', 'running')
      .execute()
    return idsOf(rows)
  },
}

type BatchQueries = Pick<JobStore, 'ofBatch' | 'countsOfBatches' | 'expireWithBatch'>

const batchQueries: BatchQueries = {
  async ofBatch(tx, batchId) {
    const rows = await executorOf(tx)
      .selectFrom('jobs')
      .selectAll()
      .where('batch_id', '=', batchId)
      .orderBy('id')
      .execute()
    return rows.map(fromRow)
  },
  async countsOfBatches(tx, ids) {
    const counts = new Map(ids.map((id) => [id, { ...NONE }]))
    if (ids.length === 0) return counts
    const rows = await executorOf(tx)
      .selectFrom('jobs')
      .select(({ fn }) => ['batch_id', 'status', fn.countAll().as('count')])
      .where('batch_id', 'in', ids)
      .groupBy(['batch_id', 'status'])
      .execute()
    for (const { batch_id, status, count } of rows) {
      counts.get(batch_id as BatchId)![status] = Number(count)
    }
    return counts
  },
  async expireWithBatch(tx, batchId, expiresAtMs) {
    await executorOf(tx)
      .updateTable('jobs')
      .set((value) => ({ expires_at: expiresAtMs, version: value('version', '+', 1) }))
      .where('batch_id', '=', batchId)
      .where('expires_at', '<', expiresAtMs)
      .execute()
  },
}

type BuriedJobs = Pick<JobStore, 'bury' | 'burial' | 'forgetBuried'>

const buriedJobs: BuriedJobs = {
  async bury(tx, id, { atMs, why, ownerKey }) {
    await executorOf(tx)
      .insertInto('buried_jobs')
      .values({ id, at: atMs, why, owner_key: ownerKey })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
  },
  async burial(tx, id) {
    const row = await executorOf(tx)
      .selectFrom('buried_jobs')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) return null
    return { atMs: row.at, why: row.why ?? 'retention', ownerKey: row.owner_key }
  },
  async forgetBuried(tx, beforeMs) {
    await executorOf(tx).deleteFrom('buried_jobs').where('at', '<', beforeMs).execute()
  },
}

function idsOf(rows: readonly { readonly id: string }[]): readonly JobId[] {
  return rows.map(({ id }) => id as JobId)
}

async function write(
  tx: Transaction,
  job: Job,
  row: ReturnType<typeof toChangedRow>,
): Promise<void> {
  const { numUpdatedRows } = await executorOf(tx)
    .updateTable('jobs')
    .set(row)
    .where('id', '=', job.id)
    .where('version', '=', job.version - 1)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new WriteConflict(`${job.id} has another version.`)
}
