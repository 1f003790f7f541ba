// A worker whose connection to the shared database freezes: it stays open, and no data passes.
import { expect, it, onTestFinished } from 'vitest'
import { startFreezingProxy } from '../support/freezing-proxy.ts'
import { createHubBench } from '../support/hub-bench.ts'
import { describePostgres } from '../support/postgres-server.ts'
import { createTestFolder } from '../support/test-folder.ts'

describePostgres('a worker that is cut off', (server) => {
  it('14.8: stops its render before another worker begins the job, and works again when it is back', async () => {
    const databaseUrl = await server.createDatabase()
    const proxy = await startFreezingProxy(databaseUrl)
    onTestFinished(() => proxy.close())
    const folder = await createTestFolder()
    const limits = { leaseMs: 3000 }
    const cut = await createHubBench({ databaseUrl: proxy.through(databaseUrl), folder, limits })
    const { job } = await cut.submit()
    const render = await cut.renderer.next()
    const other = await createHubBench({ databaseUrl, folder, limits })
    const taken = other.renderer.next()
    const order: string[] = []
    const stopped = render.ended.then(() => order.push('stopped'))
    const begun = taken.then(() => order.push('begun'))
    proxy.freeze()
    await Promise.all([stopped, begun])
    expect(order).toEqual(['stopped', 'begun'])
    expect(render.request.signal.reason).toMatchObject({ code: 'worker_lost' })
    ;(await taken).succeed()
    const { job: after } = await other.ended(job.id)
    expect(after).toMatchObject({ status: 'succeeded', attempt: 2, losses: 1 })
    proxy.thaw()
    await other.close()
    const next = await cut.submit()
    ;(await cut.renderer.next()).succeed()
    expect((await cut.ended(next.job.id)).job).toMatchObject({ status: 'succeeded', attempt: 1 })
  })
})
