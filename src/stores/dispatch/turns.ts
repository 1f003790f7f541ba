// Shares the renders between keys: start-time fair queueing (Goyal, Vin, Cheng: "Start-time Fair Queueing", 1996). An entry gets its
// turn, a virtual time, when it arrives; entries of one rank are delivered in the order of their turns. The turns of a key are as far
// apart as its jobs are long and its weight is small. A key that had nothing waiting starts at the present virtual time, so a
// thousand jobs of another key are behind its first one.
import type { Executor } from '../database/executor.ts'

export interface Turn {
  readonly turn: number
  readonly charge: number
}

interface Arrival {
  readonly rank: number
  readonly concurrencyKey: string
  readonly seconds: number | null
}

/** Counts for a job whose inputs are not here yet: a short speech. */
const UNKNOWN_SECONDS = 10
/** Virtual time of one second at weight 1. Times are whole numbers below 2^53: enough for 285 years of video. */
const SECOND = 1_000_000

/** The caller has locked the row of the key in `dispatch_loads`. */
export async function turnFor(db: Executor, arrival: Arrival): Promise<Turn> {
  const { rank, concurrencyKey, seconds } = arrival
  const key = await db
    .selectFrom('dispatch_loads')
    .leftJoin('api_keys', 'api_keys.name', 'dispatch_loads.concurrency_key')
    .select(['served_until', 'weight'])
    .where('concurrency_key', '=', concurrencyKey)
    .executeTakeFirstOrThrow()
  const charge = Math.max(
    1,
    Math.round(((seconds ?? UNKNOWN_SECONDS) * SECOND) / (key.weight ?? 1)),
  )
  const now = await presentTurn(db, rank)
  const last = await db
    .selectFrom('dispatch')
    .select(['turn', 'charge'])
    .where('concurrency_key', '=', concurrencyKey)
    .where('rank', '=', rank)
    .orderBy('turn', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last !== undefined) return { turn: Math.max(now, last.turn + last.charge), charge }
  // The debt of a job that was just served counts, of older ones and of another rank no more than one job's.
  return { turn: Math.max(now, Math.min(key.served_until, now + charge)), charge }
}

/** Notes that the turn is delivered, and until when its key is served. An entry that was put back or held back has an older turn. */
export async function takeTurn(
  db: Executor,
  entry: Turn & { readonly rank: number; readonly concurrency_key: string },
): Promise<void> {
  const { rank, turn, charge, concurrency_key } = entry
  await db
    .insertInto('dispatch_turns')
    .values({ rank, turn })
    .onConflict((conflict) =>
      conflict.column('rank').doUpdateSet({ turn }).where('dispatch_turns.turn', '<', turn),
    )
    .execute()
  await db
    .updateTable('dispatch_loads')
    .set(({ eb }) => ({ leased: eb('leased', '+', 1), served_until: turn + charge }))
    .where('concurrency_key', '=', concurrency_key)
    .execute()
}

async function presentTurn(db: Executor, rank: number): Promise<number> {
  const row = await db
    .selectFrom('dispatch_turns')
    .select('turn')
    .where('rank', '=', rank)
    .executeTakeFirst()
  return row?.turn ?? 0
}
