// fault 108: two hubs on one PostgreSQL database.
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
})
