// Measures a start over many ended jobs, on both databases, and how long a hub's periodic work then holds the event loop.
// BENCH_ENDED_JOBS=0,1000000 chooses the numbers.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { loadConfig } from '../src/config/load-config.ts'
import { type ComposedHub, composeHub } from '../src/main/compose-hub.ts'
import { openPostgres } from '../src/stores/database/open-postgres.ts'
import { openSqlite } from '../src/stores/database/open-sqlite.ts'
import { postgresPrograms, startPostgres } from '../test/support/postgres-server.ts'
import { seedEndedJobs } from './seed-jobs.ts'

const NUMBERS = (process.env.BENCH_ENDED_JOBS ?? '0,100000').split(',').map(Number)
const STARTS = 3
/** The work that comes every 30 s is done at least once. */
const WATCH_MS = 35_000

interface EndedRow {
  readonly store: string
  readonly jobs: number
  /** Until the hub works: the median of a few starts. */
  readonly startMs: number
  /** The longest time for which the event loop was held after that. */
  readonly heldMs: number
}

export interface EndedFigures {
  readonly rows: readonly EndedRow[]
}

export async function benchEnded(signal: AbortSignal): Promise<EndedFigures> {
  const postgres = postgresPrograms() === null ? null : await startPostgres()
  const rows: EndedRow[] = []
  try {
    for (const jobs of NUMBERS) {
      rows.push(await measureStore('SQLite', jobs, null, signal))
      if (postgres === null) continue
      rows.push(await measureStore('PostgreSQL', jobs, await postgres.createDatabase(), signal))
    }
  } finally {
    postgres?.stop()
  }
  return { rows }
}

export function endedTable({ rows }: EndedFigures): string {
  const lines = rows.map(({ store, jobs, startMs, heldMs }) =>
    [
      store.padEnd(10),
      String(jobs).padStart(9),
      startMs.toFixed(0).padStart(9),
      heldMs.toFixed(0).padStart(9),
    ].join('  '),
  )
  return ['store       ended jobs  start ms  loop held ms', ...lines].join('\n')
}

async function measureStore(
  store: string,
  jobs: number,
  databaseUrl: string | null,
  signal: AbortSignal,
): Promise<EndedRow> {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-bench-'))
  const config = loadConfig({
    env: {
      INFINITETALK_DATA_DIR: folder,
      INFINITETALK_ENGINE: 'noop',
      INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1',
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    },
  })
  const start = () =>
    composeHub({ config, env: process.env, observer: { observe: () => {} }, works: true })
  try {
    const first = await start()
    const template = await renderOne(first, signal)
    await first.close()
    await fill(folder, databaseUrl, template, jobs)
    const starts: number[] = []
    while (starts.length < STARTS) {
      signal.throwIfAborted()
      const startedMs = performance.now()
      const hub = await start()
      starts.push(performance.now() - startedMs)
      await hub.close()
    }
    const startMs = starts.toSorted((a, b) => a - b)[STARTS >> 1]!
    const hub = await start()
    const heldMs = await watchLoop(signal)
    await hub.close()
    return { store, jobs, startMs, heldMs }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function renderOne(hub: ComposedHub, signal: AbortSignal): Promise<string> {
  const base64 = (text: string): object => ({ base64: Buffer.from(text).toString('base64') })
  const { view } = await hub.jobs.submit(
    { image: base64('picture'), audio: base64('voice') },
    {
      caller: { ownerKey: 'anonymous', isAdmin: true },
      idempotencyKey: 'template',
      route: 'POST /v1/jobs',
      signal,
    },
  )
  for (;;) {
    const { job: now } = await hub.jobs.get(view.job.id)
    if (now.status === 'succeeded') return view.job.id
    if (now.finishedAtMs !== null) throw new Error(`The template failed: ${now.error?.detail}`)
    await sleep(50, undefined, { signal })
  }
}

async function fill(
  folder: string,
  databaseUrl: string | null,
  template: string,
  jobs: number,
): Promise<void> {
  if (jobs === 0) return
  const database =
    databaseUrl === null
      ? await openSqlite(folder)
      : await openPostgres({ url: databaseUrl, onTrouble: () => {} })
  await seedEndedJobs(database.db, template, jobs - 1)
  await database.close()
  if (databaseUrl === null) return
  // Does what autovacuum does in a database that grows over days.
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('vacuum analyze')
  await client.end()
}

/** @returns the longest time for which the event loop was held */
async function watchLoop(signal: AbortSignal): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await sleep(WATCH_MS, undefined, { signal })
  delay.disable()
  return delay.max / 1e6
}
