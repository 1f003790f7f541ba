// Two hubs and four workers on one PostgreSQL and one bucket, while workers are killed, the database is restarted, and the bucket
// answers 500 and cuts uploads. INFINITETALK_FLEET_JOBS chooses the number of jobs.
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { isFinalEvent } from '@infinitetalk/contract'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import type { JobId } from '../../src/domain/ids.ts'
import { bucketOf } from '../../src/main/bucket-of.ts'
import { openKeyTools } from '../../src/main/open-key-tools.ts'
import { openStores } from '../../src/stores/open-stores.ts'
import { startFaultyProxy } from '../support/faulty-proxy.ts'
import { FleetPlace, type ProcessSize, sizeOfProcess } from '../support/fleet.ts'
import { startFreezingProxy } from '../support/freezing-proxy.ts'
import { base64 } from '../support/hub-bench.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { bucketVariables, describeS3, type S3Server, startS3 } from '../support/s3-server.ts'
import { type ServingHub, startHub } from '../support/serving-hub.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { json } from '../support/test-hub.ts'

const JOBS = Number(process.env.INFINITETALK_FLEET_JOBS ?? 10_000)
const ADMIN = '0123456789abcdef'
const KILL_EVERY_MS = 5000
const STORE_AWAY_MS = 30_000
const CUT_EVERY = 100
/** Requests of clients at a time. */
const LANES = 8
/** Every tenth job is of the key that has a maximum; the others share by their weights. */
const CAPPED = { name: 'capped', maxRunning: 1 }
const WEIGHTS = [1, 2, 3, 4]
const DEADLINE_MS = 55 * 60_000

let postgres: PostgresServer
let s3: S3Server
beforeAll(async () => {
  postgres = await startPostgres()
  s3 = await startS3('moto')
}, 120_000)
afterAll(async () => {
  postgres.stop()
  await s3[Symbol.asyncDispose]()
})

describeS3('a fleet', () => {
  it('loses no job and no video, and exceeds no maximum, while everything under it fails', async () => {
    const fleet = await openFleet()
    const { db, proxy, workers, hubs } = fleet
    const sizes = new SizeLog({ hub: hubs[0]!.pid, hub2: hubs[1]!.pid, worker: workers[0]!.pid })
    const stop = new AbortController()
    const killing = killInTurn(workers.slice(1), stop.signal)
    const sampling = sizes.record(stop.signal)
    const startedMs = performance.now()

    const client = new Client(hubs, fleet.secrets)
    const submitting = client.submitAll()
    await until(() => client.accepted.size >= JOBS * 0.3)
    await postgres.restart('fast')
    await until(() => client.accepted.size >= JOBS * 0.5)
    proxy.failing = true
    await sleep(STORE_AWAY_MS)
    proxy.failing = false
    await submitting
    const submittedMs = performance.now() - startedMs
    await until(async () => (await countOf(db, `status = 'succeeded'`)) >= JOBS * 0.6)
    await postgres.restart('immediate')
    await until(async () => (await countOf(db, 'finished_at is null')) === 0)
    const endedMs = performance.now() - startedMs
    stop.abort()
    const kills = await killing
    await sampling

    const report = await checkEverything(fleet, client)
    console.log('fleet:', {
      jobs: client.accepted.size,
      kills,
      submittedS: Math.round(submittedMs / 1000),
      endedS: Math.round(endedMs / 1000),
      answers: client.answers,
      bucket: proxy.counts,
      ...report,
      sizes: JSON.stringify(sizes.table()),
      troubles: fleet.troubles(),
    })
    expect(client.answers.get(500)).toBeUndefined()
    // Only a kill ends a worker.
    expect(workers[0]!.isRunning).toBe(true)
    sizes.expectFlat()
  })

  it('a worker that is cut off for longer than its lease stops, and commits nothing', async () => {
    const folder = await createTestFolder()
    const databaseUrl = await postgres.createDatabase()
    const bucket = bucketVariables(await s3.createBucket())
    const network = await startFreezingProxy(databaseUrl)
    onTestFinished(() => network.close())
    const env = { ...baseEnv(bucket), DATABASE_URL: databaseUrl }
    const hub = await startHub({ dataFolder: folder.path('hub'), env, words: ['--no-worker'] })
    const shape = { renderMs: 600_000, smallBytes: 2000, largeBytes: 2000, largeEvery: 1 }
    const stopped = Promise.withResolvers<number>()
    const begun = Promise.withResolvers<void>()
    const cutEnv = {
      ...env,
      DATABASE_URL: network.through(databaseUrl),
      INFINITETALK_DATA_DIR: folder.path('cut'),
    }
    const cut = new FleetPlace({ ...shape, env: cutEnv }, (news) => {
      if (news.type !== 'render') return
      if (news.state === 'begun') begun.resolve()
      else stopped.resolve(performance.now())
    })
    await cut.start()
    const sent = await fetch(`${hub.url}/v1/jobs`, json(bodyOf(0), bearer(ADMIN)))
    const { id } = (await sent.json()) as { readonly id: string }
    await begun.promise
    const other = new FleetPlace({
      ...shape,
      renderMs: 1000,
      env: { ...env, INFINITETALK_DATA_DIR: folder.path('other') },
    })
    await other.start()
    network.freeze()
    const frozenMs = performance.now()
    const stoppedAfterMs = (await stopped.promise) - frozenMs
    const look = async () =>
      (await fetch(`${hub.url}/v1/jobs/${id}`, { headers: bearer(ADMIN) })).json()
    const ended = { status: 'succeeded', attempt: 2 }
    await expect.poll(look, { timeout: 120_000 }).toMatchObject(ended)
    const takenOverMs = performance.now() - frozenMs
    network.thaw()
    console.log('cut off:', { stoppedAfterMs, takenOverMs })
    // The lease is 15 s, and it may have been renewed right before the freeze.
    expect(stoppedAfterMs).toBeLessThan(15_000)
    await sleep(5000)
    expect(await look()).toMatchObject(ended)
  })
})

type Fleet = Awaited<ReturnType<typeof openFleet>>

async function openFleet() {
  const folder = await createTestFolder()
  const databaseUrl = await postgres.createDatabase()
  const direct = await s3.createBucket()
  const proxy = await startFaultyProxy(direct.endpoint, CUT_EVERY)
  onTestFinished(() => proxy[Symbol.asyncDispose]())
  const bucket = bucketVariables({ ...direct, endpoint: proxy.endpoint })
  const env = { ...baseEnv(bucket), DATABASE_URL: databaseUrl }
  const serve = (name: string): Promise<ServingHub> =>
    startHub({ dataFolder: folder.path(name), env, words: ['--no-worker'] })
  const hubs = await Promise.all([serve('hub-1'), serve('hub-2')])
  const config = loadConfig({ env: { ...env, INFINITETALK_DATA_DIR: folder.path('keys') } })
  const secrets = new Map<string, string>()
  await using keys = await openKeyTools(config)
  const add = async (name: string, rules: object): Promise<void> => {
    secrets.set(name, await keys.create({ name, isAdmin: false, rules }))
  }
  for (const weight of WEIGHTS) await add(`weight-${weight}`, { weight })
  await add(CAPPED.name, { maxRunning: CAPPED.maxRunning })
  const db = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  db.on('error', () => {})
  onTestFinished(() => db.end())
  await countBreaches(db)
  const troubles = new Map<string, number>()
  const workers = [0, 1, 2, 3].map((number) => {
    const options = {
      env: { ...env, INFINITETALK_DATA_DIR: folder.path(`worker-${number}`) },
      renderMs: 30,
      smallBytes: 2000,
      largeBytes: 12_000_000,
      largeEvery: 250,
    }
    return new FleetPlace(options, (news) => {
      if (news.type !== 'trouble') return
      const name = `${news.where}: ${news.why.replace(/[0-9a-f-]{20,}/g, '…')}`
      troubles.set(name, (troubles.get(name) ?? 0) + 1)
    })
  })
  await Promise.all(workers.map((worker) => worker.start()))
  const open = () =>
    openStores({
      folder: folder.path('look'),
      databaseUrl,
      bucket: bucketOf(
        loadConfig({ env: { ...env, S3_ENDPOINT: direct.endpoint, INFINITETALK_DATA_DIR: 'x' } }),
      ),
      onTrouble: () => {},
      onDamage: () => {},
      newToken: () => 'looking-on',
    })
  return { db, proxy, workers, hubs, secrets, open, troubles: () => troubles }
}

function baseEnv(bucket: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...bucket,
    INFINITETALK_ENGINE: 'noop',
    INFINITETALK_API_KEYS: `admin:${ADMIN}`,
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
    INFINITETALK_LIMIT_QUEUE_MAX_JOBS: '100000',
    INFINITETALK_LIMIT_RENDER_MAX_PARALLEL: '3',
    INFINITETALK_LIMIT_WORKER_MAX_LOSSES: '1000',
  }
}

const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` })

const bodyOf = (number: number): object => ({
  image: { base64: base64('picture') },
  audio: { base64: base64(`voice ${number}`) },
})

/** Submits as a careful client does: with an Idempotency-Key, again after each failure, to either hub. */
class Client {
  readonly #hubs: readonly ServingHub[]
  readonly #secrets: ReadonlyMap<string, string>
  #next = 0
  readonly accepted = new Map<number, string>()
  readonly answers = new Map<number, number>()

  constructor(hubs: readonly ServingHub[], secrets: ReadonlyMap<string, string>) {
    this.#hubs = hubs
    this.#secrets = secrets
  }

  async submitAll(): Promise<void> {
    const lane = async (): Promise<void> => {
      while (this.#next < JOBS) {
        const number = this.#next
        this.#next += 1
        await this.#submit(number)
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane))
  }

  async #submit(number: number): Promise<void> {
    const secret = this.#secrets.get(keyOf(number))!
    const headers = { ...bearer(secret), 'idempotency-key': `job-${number}` }
    for (let tries = 0; ; tries += 1) {
      const hub = this.#hubs[(number + tries) % this.#hubs.length]!
      const answer = await fetch(`${hub.url}/v1/jobs`, json(bodyOf(number), headers))
      this.answers.set(answer.status, (this.answers.get(answer.status) ?? 0) + 1)
      const body = (await answer.json()) as { readonly id: string; readonly code?: string }
      if (answer.ok) {
        this.accepted.set(number, body.id)
        return
      }
      // A new key is known within 2 s; the other codes ask for a retry.
      if (![401, 409, 429, 503].includes(answer.status)) {
        throw new Error(`${answer.status} ${JSON.stringify(body)}`)
      }
      await sleep(500)
    }
  }
}

/** In proportion to the weights, so that no key runs out before the others. */
function keyOf(number: number): string {
  if (number % 11 === 10) return CAPPED.name
  const turn = number % 11
  const weight = WEIGHTS.find(
    (_, index) => turn < WEIGHTS.slice(0, index + 1).reduce((a, b) => a + b),
  )
  return `weight-${weight}`
}

/** The database itself notes each claim of a key that had its maximum already. Claims take turns, so the count is exact. */
async function countBreaches(db: pg.Pool): Promise<void> {
  await db.query(`create table breaches (key text not null)`)
  await db.query(`
    create function note_breach() returns trigger language plpgsql as $$
    begin
      if new.leased = 1 and old.leased = 0 and (
        select count(*) from dispatch where leased = 1 and concurrency_key = new.concurrency_key
      ) > (select max_running from api_keys where name = new.concurrency_key) then
        insert into breaches values (new.concurrency_key);
      end if;
      return null;
    end $$`)
  await db.query(
    `create trigger breaches after update on dispatch for each row execute function note_breach()`,
  )
}

async function countOf(db: pg.Pool, condition: string): Promise<number> {
  const answer = await db
    .query(`select count(*) as count from jobs where ${condition}`)
    // The database is being restarted.
    .catch(() => null)
  return answer === null ? Number.NaN : Number(answer.rows[0].count)
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + DEADLINE_MS
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) throw new Error('It did not happen in time.')
    await sleep(500)
  }
}

/** Kills the next one that works. It is started again beside the next kills. @returns the number of kills */
async function killInTurn(workers: readonly FleetPlace[], stop: AbortSignal): Promise<number> {
  const starts = new Map<FleetPlace, Promise<void>>()
  const startAgain = async (worker: FleetPlace): Promise<void> => {
    // A worker ends when the database or the bucket is away at its start.
    while (!stop.aborted && !(await worker.start().then(yes, no))) await sleep(500)
    starts.delete(worker)
  }
  let kills = 0
  for (let turn = 0; ; turn += 1) {
    await sleep(KILL_EVERY_MS, undefined, { signal: stop }).catch(() => {})
    if (stop.aborted) break
    const worker = workers[turn % workers.length]!
    if (starts.has(worker)) continue
    await worker.kill()
    kills += 1
    starts.set(worker, startAgain(worker))
  }
  await Promise.all(starts.values())
  return kills
}

const yes = (): boolean => true
const no = (): boolean => false

async function checkEverything({ db, hubs, workers, open }: Fleet, client: Client) {
  const stores = await open()
  onTestFinished(() => stores.close())
  const { unitOfWork, jobs, events, blobs } = stores
  expect(client.accepted.size).toBe(JOBS)
  expect(new Set(client.accepted.values()).size).toBe(JOBS)
  expect(await countOf(db, 'true')).toBe(JOBS)
  let attempts = 0
  for (const id of client.accepted.values()) {
    const job = await unitOfWork.read((tx) => jobs.get(tx, id as JobId))
    expect(job).toMatchObject({ status: 'succeeded', error: null })
    const all = await unitOfWork.read((tx) => events.after(tx, id as JobId, 0, 1000))
    expect(all.filter(({ body }) => isFinalEvent(body.type))).toHaveLength(1)
    attempts += job!.attempt
    const { video } = job!.output!
    const bytes = await buffer(await blobs.read(video.sha256))
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(video.sha256)
    expect(bytes.toString('latin1', 0, id.length)).toBe(id)
  }
  const rowsOf = async (query: string) => (await db.query(query)).rows
  expect(await rowsOf('select * from breaches')).toEqual([])
  expect(await rowsOf('select * from dispatch')).toEqual([])
  expect(await rowsOf('select * from dispatch_loads where entries <> 0 or leased <> 0')).toEqual([])
  // A place whose last start failed is empty.
  const alive = hubs.length + workers.filter(({ isRunning }) => isRunning).length
  const left = async () => ({
    owners: (await rowsOf('select id from owners')).length,
    holds: (await rowsOf(`select 1 from blob_references where holder_kind = 'hold'`)).length,
    unused: (
      await rowsOf(
        `select 1 from blobs where sha256 not in (select sha256 from blob_references) limit 50`,
      )
    ).length,
    reservations: (await rowsOf('select 1 from idempotency where job_id is null')).length,
  })
  // Owners count as dead after 60 s, and sweeps come every minute.
  await expect
    .poll(left, { timeout: 300_000, interval: 5000 })
    .toEqual({ owners: alive, holds: 0, unused: 0, reservations: 0 })
  const { files } = await blobs.usage(AbortSignal.timeout(600_000))
  expect(files).toBe((await rowsOf('select 1 from blobs')).length)
  return { attempts, objects: files, shares: await measureShares(rowsOf) }
}

/** How far the keys with weights are from their shares, in the order in which their jobs began while all had jobs waiting. */
async function measureShares(
  rowsOf: (query: string) => Promise<readonly Record<string, unknown>[]>,
) {
  const began = await rowsOf(
    `select owner_key from jobs where owner_key <> '${CAPPED.name}' order by first_started_at`,
  )
  const half = began.slice(0, began.length >> 1)
  const sum = WEIGHTS.reduce((a, b) => a + b)
  return WEIGHTS.map((weight) => {
    const count = half.filter(({ owner_key }) => owner_key === `weight-${weight}`).length
    return count / ((half.length * weight) / sum)
  })
}

const SAMPLE_EVERY_MS = 5000
/** The renders of this test hold their large videos in memory, three at a time. The first one comes late. */
const LARGE_VIDEOS_MB = 36

/** The memory and the descriptors of processes, every few seconds. */
class SizeLog {
  readonly #pids: Readonly<Record<string, number>>
  readonly #samples = new Map<string, ProcessSize[]>()

  constructor(pids: Readonly<Record<string, number>>) {
    this.#pids = pids
    for (const name of Object.keys(pids)) this.#samples.set(name, [])
  }

  async record(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      for (const [name, pid] of Object.entries(this.#pids)) {
        this.#samples.get(name)!.push(await sizeOfProcess(pid))
      }
      await sleep(SAMPLE_EVERY_MS, undefined, { signal: stop }).catch(() => {})
    }
  }

  /** The largest of each third of the time. */
  table() {
    return Object.fromEntries(
      [...this.#samples].map(([name, all]) => {
        const third = Math.ceil(all.length / 3)
        const parts = [0, 1, 2].map((part) => all.slice(part * third, (part + 1) * third))
        const most = (pick: (size: ProcessSize) => number): number[] =>
          parts.map((part) => Math.max(0, ...part.map(pick)))
        return [
          name,
          {
            megabytes: most(({ residentBytes }) => Math.round(residentBytes / 1e6)),
            descriptors: most(({ descriptors }) => descriptors),
          },
        ]
      }),
    )
  }

  expectFlat(): void {
    for (const { megabytes, descriptors } of Object.values(this.table())) {
      expect(megabytes[2]).toBeLessThan(megabytes[0]! * 1.15 + LARGE_VIDEOS_MB)
      expect(descriptors[2]).toBeLessThan(descriptors[0]! + 30)
    }
  }
}
