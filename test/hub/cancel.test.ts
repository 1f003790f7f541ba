// Cancellation, and its races with the end of the render.
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createHubBench } from '../support/hub-bench.ts'

describe('a cancellation', () => {
  it('of a job that waits ends it before it reaches the renderer', async () => {
    const { renderer, submit, ended, hub } = await createHubBench()
    const [first, second] = [await submit(), await submit()]
    const render = await renderer.next()
    expect(await hub.jobs.cancel(second.job.id)).toMatchObject({ outcome: 'canceled' })
    render.succeed()
    await ended(first.job.id)
    expect((await ended(second.job.id)).job).toMatchObject({ status: 'canceled', attempt: 0 })
    expect(renderer.renders).toHaveLength(1)
  })

  it('of a job that runs stops the renderer and ends it', async () => {
    const { renderer, submit, ended, hub } = await createHubBench()
    const { job } = await submit()
    const render = await renderer.next()
    expect(await hub.jobs.cancel(job.id)).toMatchObject({ outcome: 'requested' })
    await render.ended
    expect(render.request.signal.aborted).toBe(true)
    expect((await ended(job.id)).job).toMatchObject({
      status: 'canceled',
      output: null,
      error: null,
    })
    await expect(hub.jobs.cancel(job.id)).rejects.toMatchObject({ code: 'job_finished' })
    await expect(hub.jobs.openVideo(job.id)).rejects.toMatchObject({ code: 'job_canceled' })
  })

  it('may be asked for twice', async () => {
    const { renderer, submit, ended, hub } = await createHubBench()
    const { job } = await submit()
    await renderer.next()
    const both = await Promise.all([hub.jobs.cancel(job.id), hub.jobs.cancel(job.id)])
    expect(both.map(({ outcome }) => outcome)).toEqual(['requested', 'requested'])
    expect((await ended(job.id)).job.status).toBe('canceled')
  })

  it('fault 104: that is committed before the success wins, and nothing is left of the video', async () => {
    const { renderer, submit, ended, hub, stores, ports } = await createHubBench()
    const { job } = await submit()
    const render = await renderer.next()
    // The renderer is done and the video is stored when the cancellation comes: only the last commit is missing.
    const write = ports.unitOfWork.write
    let canceled = false
    Object.assign(ports.unitOfWork, {
      async write(work: Parameters<typeof write>[0]) {
        const holders = await stores.unitOfWork.read((tx) => stores.references.holders(tx, 'hold'))
        if (holders.length > 0 && !canceled) {
          canceled = true
          expect(await hub.jobs.cancel(job.id)).toMatchObject({ outcome: 'requested' })
        }
        return write(work)
      },
    })
    render.succeed('too late')
    const view = await ended(job.id)
    expect(canceled).toBe(true)
    expect(view.job).toMatchObject({ status: 'canceled', output: null })
    await hub.stop()
    expect(await stores.unitOfWork.read((tx) => stores.references.holders(tx, 'hold'))).toEqual([])
    expect(await stores.unitOfWork.read((tx) => stores.references.unused(tx, 9))).toEqual([])
  })

  it('fault 104: that comes after the success is told that it is too late', async () => {
    const { renderer, submit, ended, hub } = await createHubBench()
    const { job } = await submit()
    ;(await renderer.next()).succeed()
    await ended(job.id)
    await expect(hub.jobs.cancel(job.id)).rejects.toMatchObject({ code: 'job_finished' })
    expect((await hub.jobs.get(job.id)).job.status).toBe('succeeded')
  })

  it('racing the success, in whatever order, tells its caller the truth and ends the job once', async () => {
    const { renderer, submit, ended, hub } = await createHubBench({
      limits: { renderMaxParallel: 4 },
    })
    for (let round = 0; round < 12; round += 1) {
      const { job } = await submit()
      const render = await renderer.next()
      render.succeed(`video ${round}`)
      for (let wait = 0; wait < round; wait += 1) await turn()
      const answer = await hub.jobs.cancel(job.id).then(
        () => 'canceled',
        () => 'succeeded',
      )
      const { job: after } = await ended(job.id)
      expect(after.status).toBe(answer)
      const finals = []
      for await (const { body } of hub.jobs.events(job.id, 0, new AbortController().signal)) {
        if (['succeeded', 'failed', 'canceled'].includes(body.type)) finals.push(body.type)
      }
      expect(finals).toEqual([after.status])
    }
  })
})
