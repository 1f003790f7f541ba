// Measures bare pg-boss beside the hub's own queue (docs/decisions/021): a job is sent and fetched, and nothing else is written. It is no dependency: the bench
// uses it where it is installed (npm install --no-save pg-boss@12).
import { measureRounds, type Percentiles } from './percentiles.ts'

interface Boss {
  start(): Promise<unknown>
  stop(options: object): Promise<void>
  createQueue(name: string): Promise<void>
  send(name: string, data: object, options: object): Promise<unknown>
  insert(name: string, jobs: readonly object[]): Promise<unknown>
  fetch(name: string, options: object): Promise<readonly unknown[]>
  on(event: string, listener: (error: Error) => void): void
}
type BossModule = { readonly PgBoss: new (options: object) => Boss }

const PACKAGE = 'pg-boss'
const QUEUE = 'render'
const FILL_BATCH = 1000
const JOB = { data: { job: 'job_0' }, priority: 1 }

/** null where it is not installed. */
export async function findPgBoss(): Promise<BossModule | null> {
  const found: unknown = await import(process.env.BENCH_PG_BOSS ?? PACKAGE).catch(() => null)
  return found as BossModule | null
}

export async function measurePgBoss(
  { PgBoss }: BossModule,
  { url, depth, rounds }: { readonly url: string; readonly depth: number; readonly rounds: number },
  tidyUp: () => Promise<void>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, Percentiles>>> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false })
  boss.on('error', (error) => {
    throw error
  })
  await boss.start()
  try {
    await boss.createQueue(QUEUE)
    for (let done = 0; done < depth; done += FILL_BATCH) {
      const count = Math.min(FILL_BATCH, depth - done)
      await boss.insert(
        QUEUE,
        Array.from({ length: count }, () => JOB),
      )
    }
    await tidyUp()
    const create = await measureRounds(rounds, signal, async () => {
      await boss.send(QUEUE, JOB.data, { priority: 1 })
    })
    const claim = await measureRounds(rounds, signal, async () => {
      await boss.fetch(QUEUE, { batchSize: 1 })
    })
    return { create, claim }
  } finally {
    await boss.stop({ graceful: false })
  }
}
