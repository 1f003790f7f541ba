// fault 108: two hubs on one PostgreSQL database, and two versions of the program.
import pg from 'pg'
import { expect, it } from 'vitest'
import { createHubBench } from '../support/hub-bench.ts'
import { describePostgres } from '../support/postgres-server.ts'
import { createTestFolder } from '../support/test-folder.ts'

describePostgres('two hubs on one store', (server) => {
  const openTwo = async (leaseMs: number) => {
    const databaseUrl = await server.createDatabase()
    const folder = await createTestFolder()
    const limits = { renderMaxParallel: 2, leaseMs }
    const open = () => createHubBench({ databaseUrl, folder, limits })
    return [await open(), await open()] as const
  }

  it('fault 108: run each job once', async () => {
    const [one, two] = await openTwo(15_000)
    one.renderer.immediately = true
    two.renderer.immediately = true
    const submitted = await Promise.all(
      Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? one : two).submit()),
    )
    const ended = await Promise.all(submitted.map(({ job }) => one.ended(job.id)))
    for (const { job } of ended) expect(job).toMatchObject({ status: 'succeeded', attempt: 1 })
    expect(one.renderer.renders.length + two.renderer.renders.length).toBe(30)
  })

  it('cancel a job that the other one runs', async () => {
    const [one, two] = await openTwo(15_000)
    const { job } = await one.submit()
    const render = await Promise.race([one.renderer.next(), two.renderer.next()])
    const other = one.renderer.renders.length > 0 ? two : one
    await other.hub.jobs.cancel(job.id)
    await render.ended
    expect((await other.ended(job.id)).job.status).toBe('canceled')
  })

  it('fault 108: take over what a hub that died had, when its lease is over', async () => {
    const [one, two] = await openTwo(1500)
    const { job } = await one.submit()
    const [ofOne, ofTwo] = [one.renderer.next(), two.renderer.next()]
    const render = await Promise.race([ofOne, ofTwo])
    const isOne = one.renderer.renders.length > 0
    const [dead, alive, taken] = isOne ? [one, two, ofTwo] : [two, one, ofOne]
    // Dead for the store: neither its heartbeats nor its claims arrive.
    const cutOff = () => Promise.reject(new Error('cut off'))
    Object.assign(dead.ports.dispatch, { heartbeat: cutOff, claim: cutOff })
    ;(await taken).succeed()
    const { job: after } = await alive.ended(job.id)
    expect(after).toMatchObject({ status: 'succeeded', attempt: 2, losses: 1 })
    await render.ended
    expect(render.request.signal.reason).toMatchObject({ code: 'worker_lost' })
  })

  it('work on while a hub of the next version changes the tables, and do not start again', async () => {
    const databaseUrl = await server.createDatabase()
    const folder = await createTestFolder()
    const worker = await createHubBench({ databaseUrl, folder })
    const accepting = await createHubBench({ databaseUrl, folder, works: false })
    const { job: running } = await accepting.submit()
    const render = await worker.renderer.next()
    await takeNextStep(databaseUrl)
    render.succeed()
    const ended = { status: 'succeeded', attempt: 1 }
    expect((await accepting.ended(running.id)).job).toMatchObject(ended)
    worker.renderer.immediately = true
    const { job: next } = await accepting.submit()
    expect((await accepting.ended(next.id)).job).toMatchObject(ended)
    const again = createHubBench({ databaseUrl, folder })
    await expect(again).rejects.toMatchObject({ code: 'store_too_new' })
  })
})

/** A step that a later version may have: it adds columns with a default, and tables. */
async function takeNextStep(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const tables = ['jobs', 'job_events', 'dispatch', 'blobs', 'files', 'workers', 'owners']
  for (const table of tables) {
    await client.query(`alter table ${table} add column later text`)
    await client.query(`alter table ${table} add column later_still bigint not null default 7`)
  }
  await client.query('create table later_things (id text primary key)')
  await client.query(`insert into kysely_migration values ('999-later', now()::text)`)
  await client.end()
}
