// A render on another machine outlives the attempt that started it: the next attempt finds it, and a render without a job is stopped
// there.
import { describe, expect, it } from 'vitest'
import { abandonRenders } from '../../src/app/work/abandon-renders.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { RemoteRender } from '../../src/domain/job.ts'
import { createHubBench, type HubBench } from '../support/hub-bench.ts'

const REMOTE: RemoteRender = { engine: 'noop', backend: 'http://gpu:8188', id: 'p1', seed: 42 }

async function storedRender({ stores }: HubBench, id: string): Promise<RemoteRender | null> {
  const job = await stores.unitOfWork.read((tx) => stores.jobs.get(tx, id as never))
  return job!.remoteRender
}

describe('a render on another machine', () => {
  it('is found again by the next attempt after the hub was restarted, and forgotten when it is done', async () => {
    const first = await createHubBench()
    const { job } = await first.submit()
    const render = await first.renderer.next()
    expect(render.request.remote.found).toBeNull()
    await render.request.remote.keep(REMOTE)
    await first.close()

    const second = await createHubBench({ folder: first.folder })
    const again = await second.renderer.next()
    expect(again.request.remote.found).toEqual(REMOTE)
    again.succeed()
    expect((await second.ended(job.id)).job).toMatchObject({ status: 'succeeded', attempt: 2 })
    expect(await storedRender(second, job.id)).toBeNull()
  })

  it('is found again after it was lost from sight, and forgotten when its engine ended it', async () => {
    const bench = await createHubBench()
    const { job } = await bench.submit()
    const render = await bench.renderer.next()
    await render.request.remote.keep(REMOTE)
    render.fail(new AppError('engine_crashed', 'ComfyUI does not answer.'))
    const again = await bench.renderer.next()
    expect(again.request.remote.found).toEqual(REMOTE)
    again.fail(new AppError('gpu_out_of_memory', 'The GPU has no memory left.'))
    expect((await bench.ended(job.id)).job.error?.code).toBe('gpu_out_of_memory')
    expect(await storedRender(bench, job.id)).toBeNull()
  })

  it('cannot be kept by an attempt that has lost its job', async () => {
    const bench = await createHubBench()
    const { job } = await bench.submit()
    const render = await bench.renderer.next()
    await bench.hub.jobs.cancel(job.id)
    await render.ended
    await bench.ended(job.id)
    await expect(render.request.remote.keep(REMOTE)).rejects.toMatchObject({ code: 'worker_lost' })
  })

  it('is ended there when its job was canceled while no attempt ran, again and again until that works', async () => {
    const first = await createHubBench()
    const { job } = await first.submit()
    await (await first.renderer.next()).request.remote.keep(REMOTE)
    await first.close()

    const idle = await createHubBench({ folder: first.folder, works: false })
    const asked: RemoteRender[] = []
    const answers = [new AppError('engine_unreachable', 'It does not answer.'), null]
    Object.assign(idle.ports.engines.get('noop')!, {
      async abandon(remote: RemoteRender) {
        asked.push(remote)
        const answer = answers.shift()
        if (answer) throw answer
      },
    })
    await abandonRenders(idle.ports)
    expect(asked).toEqual([])
    await idle.hub.jobs.cancel(job.id)
    await expect(abandonRenders(idle.ports)).rejects.toMatchObject({ code: 'engine_unreachable' })
    await abandonRenders(idle.ports)
    await abandonRenders(idle.ports)
    expect(asked).toEqual([REMOTE, REMOTE])
    expect(await storedRender(idle, job.id)).toBeNull()
  })

  it('is ended where its job left it, as soon as that machine answers, while the job runs elsewhere', async () => {
    const bench = await createHubBench()
    const { job } = await bench.submit()
    const render = await bench.renderer.next()
    const left = { backend: 'http://gpu-2:8188', id: 'p0', leftAtMs: bench.ports.clock.epochMs() }
    const away = { ...left, backend: 'http://gpu-3:8188', id: 'p2' }
    await render.request.remote.keep({ ...REMOTE, lost: [left, away] })
    const asked: string[] = []
    const silent = new Set([away.backend])
    Object.assign(bench.ports.engines.get('noop')!, {
      async abandon({ backend, id }: RemoteRender) {
        asked.push(id)
        if (silent.has(backend)) throw new AppError('engine_unreachable', 'It does not answer.')
      },
    })
    await abandonRenders(bench.ports)
    expect(asked).toEqual(['p0', 'p2'])
    expect((await storedRender(bench, job.id))?.lost).toEqual([away])

    render.succeed()
    await bench.ended(job.id)
    expect(await storedRender(bench, job.id)).toMatchObject({
      prompts: [],
      lost: expect.anything(),
    })
    silent.clear()
    await abandonRenders(bench.ports)
    expect(asked.slice(2)).toContain('p2')
    expect(await storedRender(bench, job.id)).toBeNull()
  })
})
