// Hubs and workers of one PostgreSQL database know of each other.
import { workerListSchema } from '@infinitetalk/contract'
import { expect, it } from 'vitest'
import { presentJob } from '../../src/http/present-job.ts'
import { presentWorker } from '../../src/http/present-worker.ts'
import { createHubBench } from '../support/hub-bench.ts'
import { describePostgres } from '../support/postgres-server.ts'
import { createTestFolder } from '../support/test-folder.ts'

describePostgres('workers of one store', (server) => {
  it('a job says why no worker takes it; a worker reports itself, shows its frames, and drains when it is asked to', async () => {
    const databaseUrl = await server.createDatabase()
    const folder = await createTestFolder()
    const accepting = await createHubBench({ databaseUrl, folder, works: false })
    const { hub, stores } = accepting
    const { job } = await accepting.submit()
    const reason = async () => presentJob(await hub.jobs.get(job.id), '').waiting_reason
    expect(await reason()).toBe('No running worker has the engine "noop".')

    const rendering = await createHubBench({ databaseUrl, folder })
    const render = await rendering.renderer.next()
    await expect.poll(() => hub.status.workers()).toMatchObject([{ name: 'bench:1' }])
    const list = { object: 'list', data: (await hub.status.workers()).map(presentWorker) }
    expect(workerListSchema.parse(list).data).toMatchObject([
      {
        engines: [{ name: 'noop', ready: true, workflows: null }],
        max_running: 1,
        draining: false,
      },
    ])
    // A hub without a GPU is ready while a worker is.
    const engine = accepting.ports.engines.get('noop')!
    Object.assign(engine, { health: async () => 'ComfyUI does not answer.' })
    expect(await hub.status.health()).toMatchObject({ engines: [{ ready: true }] })
    // A JPEG begins and ends so.
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 7, 0xff, 0xd9])
    render.request.onFrame?.(jpeg)
    await expect.poll(async () => (await hub.jobs.latestFrame(job.id))?.jpeg).toEqual(jpeg)
    const { job: next } = await accepting.submit()
    expect((await hub.jobs.get(next.id)).waitingReason).toBeNull()

    const drain = (host: string | null) =>
      stores.unitOfWork.write((tx) => stores.workers.drain(tx, host))
    expect(await drain('elsewhere')).toEqual([])
    expect(await drain('bench')).toEqual(['bench:1'])
    expect((await hub.jobs.get(next.id)).waitingReason).toMatch(/being drained/)
    expect(await hub.status.engines()).toMatchObject([{ detail: 'ComfyUI does not answer.' }])
    const drained = rendering.hub.drained.then(() => 'drained')
    // Its running job has the time that it needs.
    await expect
      .poll(async () => (await hub.status.workers())[0]?.running, { timeout: 20_000 })
      .toBe(1)
    render.succeed()
    expect(await drained).toBe('drained')
    expect((await hub.jobs.get(job.id)).job.status).toBe('succeeded')
    const { unitOfWork, frames } = stores
    expect(await unitOfWork.read((tx) => frames.get(tx, job.id))).toBeNull()
    expect((await hub.jobs.get(next.id)).job.status).toBe('queued')
    await rendering.close()
    expect(await hub.status.workers()).toEqual([])
  })

  it('leave a job to another one while their engine cannot work', async () => {
    const options = { databaseUrl: await server.createDatabase(), folder: await createTestFolder() }
    const away = await createHubBench(options)
    Object.assign(away.ports.engines.get('noop')!, { health: async () => 'It does not answer.' })
    const { job } = await away.submit()
    const view = () => away.hub.jobs.get(job.id)
    await expect
      .poll(async () => (await view()).waitingReason, { timeout: 20_000 })
      .toBe('It does not answer.')
    expect((await view()).job).toMatchObject({ status: 'queued', attempt: 0 })
    const well = await createHubBench(options)
    ;(await well.renderer.next()).succeed()
    expect((await well.ended(job.id)).job).toMatchObject({ status: 'succeeded', attempt: 1 })
  })
})
