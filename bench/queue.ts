// Measures submit, create (the transaction of submit that writes the job), claim and list with few and with many waiting jobs, on both
// databases, beside bare pg-boss and the cost of a bare fsync on the same disk, which is the lower limit of a durable write. Also
// measures how long a start takes and how long the event loop was blocked.
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import pg from 'pg'
import { createJob } from '../src/app/jobs/create-job.ts'
import { createLocalSignals } from '../src/app/local-signals.ts'
import { claimJob } from '../src/app/work/claim-job.ts'
import { loadConfig } from '../src/config/load-config.ts'
import type { JobId } from '../src/domain/ids.ts'
import { DEFAULT_LIMITS } from '../src/domain/limits.ts'
import { composeHub } from '../src/main/compose-hub.ts'
import { createIdSource } from '../src/main/random-ids.ts'
import { openPostgres } from '../src/stores/database/open-postgres.ts'
import { openSqlite } from '../src/stores/database/open-sqlite.ts'
import { openStores, type Stores } from '../src/stores/open-stores.ts'
import { postgresPrograms, startPostgres } from '../test/support/postgres-server.ts'
import { sampleEngine } from '../test/support/sample-engine.ts'
import { sampleInput } from '../test/support/sample-job.ts'
import { measureRounds, type Percentiles } from './percentiles.ts'
import { findPgBoss, measurePgBoss } from './pg-boss.ts'
import { seedJobs } from './seed-jobs.ts'

/** BENCH_QUEUE_DEPTHS=0,1000000 measures others. */
const DEPTHS = (process.env.BENCH_QUEUE_DEPTHS ?? '0,100000').split(',').map(Number)
const ROUNDS = 300
const PAGE = 20

interface QueueRow {
  readonly store: string
  readonly depth: number
  readonly operation: string
  readonly time: Percentiles
  /** Relative to a bare fsync of the same run. */
  readonly fsyncs: number
}

export interface QueueFigures {
  readonly fsync: Percentiles
  readonly rows: readonly QueueRow[]
  /** The longest time that the event loop was blocked while the operations of a store ran. */
  readonly eventLoop: readonly {
    readonly store: string
    readonly depth: number
    readonly p99Ms: number
    readonly maxMs: number
    /** Time until a hub over this store works. */
    readonly startMs: number
  }[]
}

export async function benchQueue(signal: AbortSignal): Promise<QueueFigures> {
  const fsync = await measureFsync(signal)
  const rows: QueueRow[] = []
  const eventLoop: QueueFigures['eventLoop'][number][] = []
  const boss = postgresPrograms() === null ? null : await findPgBoss()
  const postgres = postgresPrograms() === null ? null : await startPostgres()
  try {
    // The first rounds of a process are slow: its code is not compiled yet.
    await measureStore(0, postgres === null ? null : await postgres.createDatabase(), signal)
    for (const depth of DEPTHS) {
      for (const store of postgres === null ? ['SQLite'] : ['SQLite', 'PostgreSQL']) {
        const url = store === 'SQLite' ? null : await postgres!.createDatabase()
        const measured = await measureStore(depth, url, signal)
        for (const [operation, time] of Object.entries(measured.times)) {
          rows.push({ store, depth, operation, time, fsyncs: time.p50Ms / fsync.p50Ms })
        }
        eventLoop.push({ store, depth, ...measured.eventLoop })
      }
      if (boss === null) continue
      const url = await postgres!.createDatabase()
      const options = { url, depth, rounds: ROUNDS }
      const times = await measurePgBoss(boss, options, () => tidyUp(url), signal)
      for (const [operation, time] of Object.entries(times)) {
        rows.push({ store: 'pg-boss', depth, operation, time, fsyncs: time.p50Ms / fsync.p50Ms })
      }
    }
  } finally {
    postgres?.stop()
  }
  return { fsync, rows, eventLoop }
}

export function queueTable({ fsync, rows, eventLoop }: QueueFigures): string {
  const ms = (value: number): string => value.toFixed(2).padStart(9)
  const lines = rows.map(({ store, depth, operation, time, fsyncs }) => {
    const what = [store.padEnd(10), String(depth).padStart(7), operation.padEnd(8)].join('  ')
    return `${what}${ms(time.p50Ms)}${ms(time.p99Ms)}${fsyncs.toFixed(1).padStart(9)}`
  })
  const growth = rows
    .filter(({ depth }) => depth === DEPTHS.at(-1))
    .map(({ store, operation, time }) => {
      const few = rows.find(
        (row) => row.store === store && row.operation === operation && row.depth === DEPTHS[0],
      )
      return `${store} ${operation}: ${(time.p50Ms / (few?.time.p50Ms ?? 1)).toFixed(2)}`
    })
  return [
    'store       waiting  operation  p50 ms   p99 ms   fsyncs',
    `bare fsync${' '.repeat(18)}${ms(fsync.p50Ms)}${ms(fsync.p99Ms)}${'1.0'.padStart(9)}`,
    ...lines,
    `p50 at ${DEPTHS.at(-1)} waiting against ${DEPTHS[0]}: ${growth.join(', ')}`,
    ...eventLoop.map(
      ({ store, depth, p99Ms, maxMs, startMs }) =>
        `${store}, ${depth}: start ${startMs.toFixed(0)} ms, event loop held: p99 ${p99Ms.toFixed(1)} ms, longest ${maxMs.toFixed(1)} ms`,
    ),
  ].join('\n')
}

async function measureFsync(signal: AbortSignal): Promise<Percentiles> {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-bench-'))
  const file = await open(join(folder, 'file'), 'w')
  try {
    const page = Buffer.alloc(4096, 1)
    return await measure(signal, async () => {
      await file.write(page)
      await file.sync()
    })
  } finally {
    await file.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureStore(depth: number, databaseUrl: string | null, signal: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), 'infinitetalk-bench-'))
  const config = loadConfig({
    env: {
      INFINITETALK_DATA_DIR: folder,
      INFINITETALK_ENGINE: 'noop',
      INFINITETALK_LIMIT_QUEUE_MAX_JOBS: '1000000000',
      INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1',
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    },
  })
  try {
    await fill(folder, databaseUrl, depth)
    if (databaseUrl !== null) await tidyUp(databaseUrl)
    const observer = { observe: () => {} }
    const delay = monitorEventLoopDelay({ resolution: 1 })
    const startedMs = performance.now()
    const hub = await composeHub({ config, env: process.env, observer, works: false })
    const startMs = performance.now() - startedMs
    delay.enable()
    let count = 0
    const submit = await measure(signal, async () => {
      count += 1
      const audio = { base64: Buffer.from(`voice ${count}`).toString('base64') }
      await hub.jobs.submit({ image: { base64: 'cGljdHVyZQ==' }, audio }, submitOptions(signal))
    })
    const list = await measure(signal, async () => {
      await hub.jobs.list({ status: 'queued', limit: PAGE, cursor: null })
    })
    delay.disable()
    await hub.close()
    const create = await withStores(folder, databaseUrl, (stores) => measureCreate(stores, signal))
    const claim = await withStores(folder, databaseUrl, (stores) => measureClaims(stores, signal))
    const eventLoop = { p99Ms: delay.percentile(99) / 1e6, maxMs: delay.max / 1e6, startMs }
    return { times: { submit, create, list, claim }, eventLoop }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const submitOptions = (signal: AbortSignal) => ({
  caller: { ownerKey: 'anonymous', isAdmin: true },
  idempotencyKey: null,
  route: 'POST /v1/jobs',
  signal,
})

const clock = { monotonicMs: () => performance.now(), epochMs: () => Date.now() }
const ids = createIdSource(clock.epochMs)
const limits = { ...DEFAULT_LIMITS, queueMaxJobs: 1e9, renderMaxPerCaller: 1e9 }

const ENGINE = sampleEngine()

async function fill(folder: string, databaseUrl: string | null, depth: number): Promise<void> {
  if (depth === 0) return
  let template = ''
  await withStores(folder, databaseUrl, async (stores) => {
    const ports = { ...stores, clock, limits, ids, webhooks }
    template = ids.newJobId()
    const job = { id: template as JobId, input: sampleInput(), engine: ENGINE, expected: null }
    await stores.unitOfWork.write((tx) =>
      createJob(tx, { ...job, caller: ANYONE, retryOf: null }, ports),
    )
  })
  const onTrouble = (error: Error): never => {
    throw error
  }
  const database =
    databaseUrl === null
      ? await openSqlite(folder)
      : await openPostgres({ url: databaseUrl, onTrouble })
  await seedJobs(database.db, template, depth - 1)
  await database.close()
}

const ANYONE = { ownerKey: 'anonymous', isAdmin: true }

/** Does what autovacuum does in a database that grows over days. */
async function tidyUp(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('vacuum analyze')
  await client.end()
}

/** No job of the bench has one. */
const webhooks = {
  secrets: [],
  describe: () => '',
  signLinks: () => '',
  post: async () => ({ status: 204, retryAfterMs: null }),
}

async function measureCreate(stores: Stores, signal: AbortSignal): Promise<Percentiles> {
  const ports = { ...stores, clock, limits, ids, webhooks }
  const job = {
    caller: ANYONE,
    input: sampleInput(),
    engine: ENGINE,
    expected: null,
    retryOf: null,
  }
  return measure(signal, async () => {
    const id = ids.newJobId()
    await stores.unitOfWork.write((tx) => createJob(tx, { ...job, id }, ports))
  })
}

async function measureClaims(stores: Stores, signal: AbortSignal): Promise<Percentiles> {
  const observer = { observe: () => {} }
  const ports = { ...stores, signals: createLocalSignals(), observer, clock, limits, ids, webhooks }
  return measure(signal, async () => {
    await claimJob({ workerId: 'bench', abilities: [{ engine: ENGINE.name, need: '' }] }, ports)
  })
}

async function withStores<T>(
  folder: string,
  databaseUrl: string | null,
  work: (stores: Stores) => Promise<T>,
): Promise<T> {
  const onTrouble = (error: Error): never => {
    throw error
  }
  const stores = await openStores({
    folder,
    databaseUrl,
    onTrouble,
    onDamage: () => {},
    newToken: ids.newToken,
  })
  try {
    return await work(stores)
  } finally {
    await stores.close()
  }
}

function measure(signal: AbortSignal, work: () => Promise<void>): Promise<Percentiles> {
  return measureRounds(ROUNDS, signal, work)
}
