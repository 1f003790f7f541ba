// Dispatch in a table beside the jobs, so that the transaction which accepts a job also puts it into the queue. SQLite and
// PostgreSQL run the same queries. SQLite has one writer; on PostgreSQL claims take turns, because a claim must see all running
// jobs to keep the maximum per caller.
import type { Priority } from '@infinitetalk/contract'
import { sql } from 'kysely'
import type { ClaimRequest, Dispatch, Lease } from '../../app/ports/dispatch.ts'
import type { JobId } from '../../domain/ids.ts'
import { type Ability, NO_NEED } from '../../domain/worker-needs.ts'
import { type Executor, executorOf } from '../database/executor.ts'
import { takeTurn, turnFor } from './turns.ts'

const RANKS: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 }

/**
 * No delay is longer than this. An entry that becomes available later was written before the clock was set back, and is
 * available now.
 */
const MAX_DELAY_MS = 10 * 60_000

export interface TableDispatchOptions {
  /** Makes claims take turns until the end of the transaction. */
  lockClaims(db: Executor): Promise<void>
}

/** SQLite has one writer, so claims take turns anyway. */
export const sqliteClaims: TableDispatchOptions = { lockClaims: async () => {} }

/** Arbitrary; no other advisory lock of this database has this number. */
const CLAIM_LOCK = 0x1f1e
/** All claims wait for the lock, so the server ends a transaction whose worker is cut off in the middle of its claim. */
const CLAIM_SILENCE_MS = 3000
export const postgresClaims: TableDispatchOptions = {
  async lockClaims(db) {
    const silence = sql.lit(String(CLAIM_SILENCE_MS))
    await sql`select set_config('idle_in_transaction_session_timeout', ${silence}, true),
      pg_advisory_xact_lock(${sql.lit(CLAIM_LOCK)})`.execute(db)
  },
}

export function createTableDispatch({ lockClaims }: TableDispatchOptions): Dispatch {
  return {
    async enqueue(tx, entry) {
      const db = executorOf(tx)
      const rank = RANKS[entry.priority]
      // First, because it locks the row of the key: the next entry of the key must see the turn of this one.
      await changeLoad(db, entry.concurrencyKey, { entries: 1, leased: 0 })
      const turn = await turnFor(db, { rank, ...entry })
      await db
        .insertInto('dispatch')
        .values({
          job_id: entry.jobId,
          ...entry.ability,
          rank,
          ...turn,
          concurrency_key: entry.concurrencyKey,
          available_at: entry.availableAtMs,
          enqueued_at: entry.availableAtMs,
          leased: 0,
          token: null,
          worker_id: null,
          beat: 0,
        })
        .execute()
    },
    async claim(tx, { workerId, token, nowMs, abilities, maxPerKey }) {
      const db = executorOf(tx)
      await lockClaims(db)
      const entry = await nextEntry(db, { nowMs, abilities, maxPerKey })
      if (entry === undefined) return null
      await db
        .updateTable('dispatch')
        .set({ leased: 1, token, worker_id: workerId, beat: 0 })
        .where('job_id', '=', entry.job_id)
        .execute()
      await takeTurn(db, entry)
      return { jobId: entry.job_id as JobId, token, workerId }
    },
    async heartbeat(tx, lease) {
      const { numUpdatedRows } = await executorOf(tx)
        .updateTable('dispatch')
        .set((value) => ({ beat: value('beat', '+', 1) }))
        .where('job_id', '=', lease.jobId)
        .where('token', '=', lease.token)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
    async requeue(tx, id, availableAtMs) {
      const db = executorOf(tx)
      const entry = await findEntry(db, id)
      if (entry === undefined) return
      await db
        .updateTable('dispatch')
        .set({ leased: 0, token: null, worker_id: null, beat: 0, available_at: availableAtMs })
        .where('job_id', '=', id)
        .execute()
      await changeLoad(db, entry.concurrency_key, { entries: 0, leased: -entry.leased })
    },
    async remove(tx, id) {
      const db = executorOf(tx)
      const entry = await findEntry(db, id)
      if (entry === undefined) return
      await db.deleteFrom('dispatch').where('job_id', '=', id).execute()
      await changeLoad(db, entry.concurrency_key, { entries: -1, leased: -entry.leased })
    },
    ...queueQueries,
  }
}

const queueQueries: Pick<Dispatch, 'leases' | 'places' | 'figures' | 'load'> = {
  async leases(tx) {
    const rows = await executorOf(tx)
      .selectFrom('dispatch')
      .select(['job_id', 'token', 'worker_id', 'beat'])
      .where('leased', '=', 1)
      .execute()
    return rows.map(({ job_id, token, worker_id, beat }) => {
      const lease: Lease = {
        jobId: job_id as JobId,
        token: token ?? '',
        workerId: worker_id ?? '',
      }
      return { ...lease, beat }
    })
  },
  async places(tx, ids, maxPlace) {
    if (ids.length === 0) return new Map()
    const rows = await executorOf(tx)
      .selectFrom((db) =>
        db
          .selectFrom((inner) =>
            inWaitingOrder(inner).select(['job_id', 'rank', 'turn']).limit(maxPlace).as('head'),
          )
          .select([
            'job_id',
            sql<number>`row_number() over (order by "rank", turn, job_id)`.as('place'),
          ])
          .as('places'),
      )
      .select(['job_id', 'place'])
      .where('job_id', 'in', [...ids])
      .execute()
    return new Map(rows.map(({ job_id, place }) => [job_id as JobId, Number(place)]))
  },
  async figures(tx) {
    const db = executorOf(tx)
    const sums = await db
      .selectFrom('dispatch_loads')
      .select(({ fn }) => [
        fn.sum<number>('entries').as('entries'),
        fn.sum<number>('leased').as('leased'),
      ])
      .executeTakeFirst()
    const oldest = await db
      .selectFrom('dispatch')
      .select('enqueued_at')
      .where('leased', '=', 0)
      .orderBy('enqueued_at')
      .limit(1)
      .executeTakeFirst()
    const leased = Number(sums?.leased ?? 0)
    return {
      waiting: Number(sums?.entries ?? 0) - leased,
      leased,
      oldestWaitingSinceMs: oldest?.enqueued_at ?? null,
    }
  },
  async load(tx, concurrencyKey) {
    const row = await executorOf(tx)
      .selectFrom('dispatch_loads')
      .select('entries')
      .where('concurrency_key', '=', concurrencyKey)
      .executeTakeFirst()
    return row?.entries ?? 0
  },
}

/** Turns of one key follow each other. Ids begin with their time, so the older of two entries of one turn comes first. */
function inWaitingOrder(db: Pick<Executor, 'selectFrom'>) {
  const waiting = db.selectFrom('dispatch').where('leased', '=', 0)
  return waiting.orderBy('rank').orderBy('turn').orderBy('job_id')
}

type Wanted = Pick<ClaimRequest, 'nowMs' | 'abilities' | 'maxPerKey'>

/** The first of the first entries of each ability: an index answers that, however many jobs wait for other workers. */
async function nextEntry(db: Executor, { nowMs, abilities, maxPerKey }: Wanted) {
  const tables = db.withTables<{ full_keys: { concurrency_key: string } }>()
  const firstOf = (ability: Ability | null) => {
    const first = inWaitingOrder(tables)
      .select(['job_id', 'concurrency_key', 'rank', 'turn', 'charge'])
      .where(({ or, eb }) =>
        or([eb('available_at', '<=', nowMs), eb('available_at', '>', nowMs + MAX_DELAY_MS)]),
      )
      .where('concurrency_key', 'not in', tables.selectFrom('full_keys').select('concurrency_key'))
      .limit(1)
    const able =
      ability === null
        ? first
        : first.where('engine', '=', ability.engine).where('need', '=', ability.need)
    return tables.selectFrom(able.as('first')).selectAll()
  }
  const firsts = (abilities ?? []).reduce(
    (query, ability) => query.unionAll(firstOf(ability)),
    firstOf(abilities === null ? null : ANY_WORKER),
  )
  return tables
    .with('full_keys', () => keysWithEnough(db, maxPerKey))
    .selectFrom(firsts.as('firsts'))
    .selectAll()
    .orderBy('rank')
    .orderBy('turn')
    .orderBy('job_id')
    .limit(1)
    .executeTakeFirst()
}

/** Entries that a hub of an older version wrote. */
const ANY_WORKER: Ability = { engine: '', need: NO_NEED }

/** Keys with as many leased entries as they may have. */
function keysWithEnough(db: Executor, maxPerKey: number) {
  return db
    .selectFrom('dispatch_loads')
    .leftJoin('api_keys', 'api_keys.name', 'dispatch_loads.concurrency_key')
    .select('concurrency_key')
    .where(({ or, eb, ref }) =>
      or([eb('leased', '>=', maxPerKey), eb('leased', '>=', ref('api_keys.max_running'))]),
    )
}

function findEntry(db: Executor, id: JobId) {
  return db
    .selectFrom('dispatch')
    .select(['concurrency_key', 'leased'])
    .where('job_id', '=', id)
    .executeTakeFirst()
}

async function changeLoad(
  db: Executor,
  concurrencyKey: string,
  change: { readonly entries: number; readonly leased: number },
): Promise<void> {
  await db
    .insertInto('dispatch_loads')
    .values({ concurrency_key: concurrencyKey, served_until: 0, ...change })
    .onConflict((conflict) =>
      conflict.column('concurrency_key').doUpdateSet(({ eb, ref }) => ({
        entries: eb(ref('dispatch_loads.entries'), '+', change.entries),
        leased: eb(ref('dispatch_loads.leased'), '+', change.leased),
      })),
    )
    .execute()
}
