// What a hub leaves behind and what the next one takes up; lost workers, deadlines, retention and the disk.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { LeaseWatch } from '../../src/app/work/lease-watch.ts'
import { sweepStorage, sweepWork } from '../../src/app/work/sweep.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { JobId, Sha256 } from '../../src/domain/ids.ts'
import { BODY, createHubBench, signal } from '../support/hub-bench.ts'

describe('an orderly stop', () => {
  it('lets work end that ends in time', async () => {
    const { renderer, submit, hub, stores } = await createHubBench()
    const { job } = await submit()
    const render = await renderer.next()
    const stopped = hub.stop()
    render.succeed()
    await stopped
    const after = await stores.unitOfWork.read((tx) => stores.jobs.get(tx, job.id))
    expect(after?.status).toBe('succeeded')
  })

  it('fault 112: puts back what does not end in time, and the next hub takes it up without counting a loss', async () => {
    const first = await createHubBench({ limits: { stopTimeoutMs: 20 } })
    const { job } = await first.submit()
    const render = await first.renderer.next()
    await first.hub.stop()
    expect(render.request.signal.aborted).toBe(true)
    await first.close()
    const { renderer, ended } = await createHubBench({ folder: first.folder })
    ;(await renderer.next()).succeed()
    const view = await ended(job.id)
    expect(view.job).toMatchObject({ status: 'succeeded', attempt: 2, losses: 0 })
  })

  it.each(['engine_crashed', 'engine_unreachable', 'tool_failed', 'canceled'] as const)(
    '14.2: puts back a render whose programs were killed with the hub (%s)',
    async (code) => {
      const { renderer, submit, hub, stores, events } = await createHubBench()
      const { job } = await submit()
      const render = await renderer.next()
      const stopped = hub.stop()
      render.fail(new AppError(code, 'The program was ended by SIGTERM.'))
      await stopped
      const after = await stores.unitOfWork.read((tx) => stores.jobs.get(tx, job.id))
      expect(after).toMatchObject({ status: 'queued', losses: 0, crashes: 0, error: null })
      expect(events).toContainEqual({ type: 'job.requeued', jobId: job.id, reason: 'put_back' })
    },
  )

  it('14.2: puts it back also when the programs die before the hub hears of the stop', async () => {
    const { renderer, submit, hub, stores } = await createHubBench()
    const { job } = await submit()
    const render = await renderer.next()
    render.fail(new AppError('engine_crashed', 'The render process was ended by SIGTERM.'))
    await render.ended
    await hub.stop()
    const after = await stores.unitOfWork.read((tx) => stores.jobs.get(tx, job.id))
    expect(after).toMatchObject({ status: 'queued', crashes: 0 })
  })

  it('14.2: fails a job whose input is at fault also while it stops', async () => {
    const { renderer, submit, hub, stores } = await createHubBench()
    const { job } = await submit()
    const render = await renderer.next()
    const stopped = hub.stop()
    render.fail(new AppError('face_too_small', 'The face is too small.'))
    await stopped
    const after = await stores.unitOfWork.read((tx) => stores.jobs.get(tx, job.id))
    expect(after).toMatchObject({ status: 'failed', error: { code: 'face_too_small' } })
  })

  it('takes nothing new', async () => {
    const { renderer, submit, hub } = await createHubBench()
    await submit()
    await submit()
    const render = await renderer.next()
    const stopped = hub.stop()
    render.succeed()
    await stopped
    expect(renderer.renders).toHaveLength(1)
  })
})

it('14.2: a render that says it was canceled though nobody canceled it is rendered again', async () => {
  const { renderer, submit, ended } = await createHubBench()
  const { job } = await submit()
  ;(await renderer.next()).fail(new AppError('canceled', 'The render was stopped.'))
  ;(await renderer.next()).succeed()
  const view = await ended(job.id)
  expect(view.job).toMatchObject({ status: 'succeeded', attempt: 2, crashes: 1 })
})

describe('a hub that starts', () => {
  it('takes up what a killed one left: jobs, half-written files, holds, reservations', async () => {
    const dead = await createHubBench({ works: false })
    const { job } = await dead.submit()
    const { stores, folder } = dead
    const { unitOfWork, references, idempotency } = stores
    const orphan = await stores.blobs.stage(bytes('orphan'), { maxBytes: 9, signal })
    // As it is when the power fails between two steps: claimed, staged, held, reserved.
    await unitOfWork.write(async (tx) => {
      const request = { workerId: 'dead', token: 't', nowMs: Date.now(), maxPerKey: 9 }
      await stores.dispatch.claim(tx, request)
      await stores.jobs.update(tx, { ...job, status: 'running', attempt: 1, version: 2 })
      await references.add(tx, orphan.sha256, { kind: 'hold', id: 'dead' })
      const record = { scope: 'anonymous POST /v1/jobs', key: 'k', fingerprint: 'f', jobId: null }
      const expiresAtMs = Date.now() + 1e6
      await idempotency.reserve(tx, { ...record, reservedBy: 'dead', expiresAtMs }, Date.now())
    })
    await orphan.publish()
    await stores.blobs.stage(bytes('half'), { maxBytes: 9, signal })
    await mkdir(folder.path('data/work/infinitetalk-dead'), { recursive: true })
    await writeFile(folder.path('data/work/infinitetalk-dead/x'), 'x')
    await dead.close()

    const { renderer, ended, stores: next, hub } = await createHubBench({ folder })
    ;(await renderer.next()).succeed()
    expect((await ended(job.id)).job).toMatchObject({ status: 'succeeded', attempt: 2, losses: 1 })
    expect(await next.blobs.size(orphan.sha256)).toBeNull()
    expect(await readdir(folder.path('data/blobs/staging'))).toEqual([])
    expect(await readdir(folder.path('data/work'))).toEqual([])
    const keyed = { idempotencyKey: 'k', caller: { ownerKey: 'anonymous' }, signal }
    const accepted = await hub.jobs.submit(BODY, { ...keyed, route: 'POST /v1/jobs' })
    expect(accepted.replayed).toBe(false)
  })

  it('refuses a folder that another hub uses, and takes it when that one is gone', async () => {
    const first = await createHubBench()
    await expect(createHubBench({ folder: first.folder })).rejects.toMatchObject({
      code: 'data_dir_busy',
    })
    await first.close()
    await (await createHubBench({ folder: first.folder })).close()
  })
})

describe('fault 108: a lost lease', () => {
  it('stops the render within the lease, and what it still makes is not heard', async () => {
    const bench = await createHubBench({ limits: { leaseMs: 150 } })
    const { renderer, submit, stores, ended } = bench
    const { job } = await submit()
    const render = await renderer.next()
    // Another hub believes this one dead and takes its job back.
    const taken = await stores.unitOfWork.write(async (tx) => {
      const now = (await stores.jobs.get(tx, job.id))!
      await stores.dispatch.requeue(tx, job.id, Date.now())
      await stores.jobs.update(tx, { ...now, status: 'queued', version: now.version + 1 })
      return now.attempt
    })
    await render.ended
    expect(render.request.signal.reason).toMatchObject({ code: 'worker_lost' })
    ;(await renderer.next()).succeed('by the second')
    const view = await ended(job.id)
    expect(view.job).toMatchObject({ status: 'succeeded', attempt: taken + 1 })
  })

  it('takes the job back once, however the time of day jumps', async () => {
    const { submit, stores, ports, wallClock } = await createHubBench({ works: false })
    const { job } = await submit()
    await claimAsOther(stores, job.id)
    const watch = new LeaseWatch(ports.limits.leaseMs)
    const time = { ms: 0 }
    const sweeping = { ...ports, clock: { ...ports.clock, monotonicMs: () => time.ms } }
    for (const jump of [0, 3_600_000, -3_600_000]) {
      wallClock.offsetMs = jump
      await sweepWork(watch, sweeping)
      expect((await stores.unitOfWork.read((tx) => stores.jobs.get(tx, job.id)))?.status).toBe(
        'running',
      )
    }
    time.ms = ports.limits.leaseMs
    await sweepWork(watch, sweeping)
    await sweepWork(watch, sweeping)
    const after = await stores.unitOfWork.read((tx) => stores.jobs.get(tx, job.id))
    expect(after).toMatchObject({ status: 'queued', losses: 1 })
  })

  it('fails the job when it happens too often', async () => {
    const { submit, stores, ports } = await createHubBench({
      works: false,
      limits: { workerMaxLosses: 1, leaseMs: 1 },
    })
    const { job } = await submit()
    const watch = new LeaseWatch(0)
    for (const status of ['queued', 'failed']) {
      await claimAsOther(stores, job.id)
      await sweepWork(watch, ports)
      const after = await stores.unitOfWork.read((tx) => stores.jobs.get(tx, job.id))
      expect(after?.status).toBe(status)
    }
    const after = await stores.unitOfWork.read((tx) => stores.jobs.get(tx, job.id))
    expect(after?.error?.code).toBe('worker_lost')
  })
})

describe('a deadline', () => {
  it('to end stops the render and fails the job', async () => {
    const { renderer, submit, ended } = await createHubBench()
    const { job } = await submit({ ...BODY, deadline_s: 0.2 })
    const render = await renderer.next()
    const view = await ended(job.id)
    expect(view.job).toMatchObject({ status: 'failed', error: { code: 'deadline_passed' } })
    expect(render.request.signal.aborted).toBe(true)
  })

  it('to start fails a job that waits, and spares one that has started', async () => {
    const { renderer, submit, ended } = await createHubBench()
    const first = await submit({ ...BODY, start_within_s: 0.2 })
    const second = await submit({ ...BODY, start_within_s: 0.2 })
    const view = await ended(second.job.id)
    expect(view.job).toMatchObject({ status: 'failed', error: { code: 'start_deadline_passed' } })
    ;(await renderer.next()).succeed()
    expect((await ended(first.job.id)).job.status).toBe('succeeded')
  })

  it('of the hub ends a render that takes too long', async () => {
    const { renderer, submit, ended } = await createHubBench({ limits: { jobTimeoutMs: 50 } })
    const { job } = await submit()
    await renderer.next()
    expect((await ended(job.id)).job.error).toMatchObject({ code: 'job_timeout' })
  })

  it('of a worker that hangs is seen to by the sweep', async () => {
    const { submit, stores, ports, wallClock } = await createHubBench({ works: false })
    const { job } = await submit({ ...BODY, deadline_s: 10 })
    await claimAsOther(stores, job.id)
    const look = async (atMs: number) => {
      wallClock.offsetMs = atMs
      await sweepWork(new LeaseWatch(1e9), ports)
      return (await stores.unitOfWork.read((tx) => stores.jobs.get(tx, job.id)))?.status
    }
    expect(await look(11_000)).toBe('running')
    expect(await look(26_000)).toBe('failed')
  })
})

describe('the sweep of storage', () => {
  it('removes what was kept for its time: then the job is told as expired, and its blobs are gone', async () => {
    const { renderer, submit, ended, hub, stores, ports, wallClock } = await createHubBench()
    renderer.immediately = true
    const { job } = await submit()
    await ended(job.id)
    const { sha256 } = await hub.jobs.openVideo(job.id)
    wallClock.offsetMs = ports.limits.retentionMs - 60_000
    await sweepStorage(ports)
    expect((await hub.jobs.get(job.id)).job.status).toBe('succeeded')
    wallClock.offsetMs = ports.limits.retentionMs
    await sweepStorage(ports)
    await expect(hub.jobs.get(job.id)).rejects.toMatchObject({ code: 'job_expired' })
    expect(await stores.blobs.size(sha256)).toBeNull()
  })

  it('keeps a blob that another job names', async () => {
    const { renderer, submit, ended, hub, ports, wallClock } = await createHubBench()
    renderer.immediately = true
    const { job } = await submit()
    await ended(job.id)
    wallClock.offsetMs = ports.limits.retentionMs
    const later = await submit()
    await ended(later.job.id)
    await sweepStorage(ports)
    await expect(hub.jobs.get(job.id)).rejects.toMatchObject({ code: 'job_expired' })
    const video = await hub.jobs.openVideo(later.job.id)
    expect((await buffer(await video.read())).toString()).toBe('the same video')
  })

  it('fault 116: does not cut a download short', async () => {
    const { renderer, submit, ended, hub, ports, wallClock } = await createHubBench()
    const { job } = await submit()
    ;(await renderer.next()).succeed('v'.repeat(1_000_000))
    await ended(job.id)
    const reader = await (await hub.jobs.openVideo(job.id)).read()
    wallClock.offsetMs = ports.limits.retentionMs
    await sweepStorage(ports)
    expect((await buffer(reader)).length).toBe(1_000_000)
  })

  it('gives up the jobs that ended first when the disk runs low, and no more than it must', async () => {
    const { renderer, submit, ended, hub, ports, events } = await createHubBench()
    renderer.immediately = true
    const ids: string[] = []
    for (let count = 0; count < 3; count += 1) {
      const { job } = await submit()
      await ended(job.id)
      ids.push(job.id)
    }
    const disk = { free: 0 }
    const removed = () => events.filter(({ type }) => type === 'job.removed').length
    const blobs = {
      ...ports.blobs,
      freeBytes: async () => disk.free + (removed() >= 2 ? ports.limits.diskReserveBytes : 0),
    }
    await sweepStorage({ ...ports, blobs })
    await expect(hub.jobs.get(ids[0]!)).rejects.toMatchObject({ code: 'job_expired' })
    await expect(hub.jobs.get(ids[1]!)).rejects.toMatchObject({ code: 'job_expired' })
    expect((await hub.jobs.get(ids[2]!)).job.status).toBe('succeeded')
    expect(events).toContainEqual(expect.objectContaining({ type: 'hub.disk_low' }))
  })

  it('removes uploads that no job named in their time', async () => {
    const { hub, stores, ports, wallClock } = await createHubBench({ works: false })
    const file = await hub.files.receive({
      content: bytes('uploaded'),
      caller: { ownerKey: 'anonymous' },
      filename: null,
      contentType: null,
      expectedSha256: null,
      signal,
    })
    wallClock.offsetMs = ports.limits.uploadLifeMs
    await sweepStorage(ports)
    await expect(hub.files.get(file.id)).rejects.toMatchObject({ code: 'file_not_found' })
    expect(await stores.blobs.size(file.content?.sha256 ?? ('' as Sha256))).toBeNull()
  })
})

type Bench = Awaited<ReturnType<typeof createHubBench>>

/** As a worker elsewhere would, which then says nothing more. */
async function claimAsOther(stores: Bench['stores'], id: JobId): Promise<void> {
  await stores.unitOfWork.write(async (tx) => {
    const job = (await stores.jobs.get(tx, id))!
    const lease = await stores.dispatch.claim(tx, {
      workerId: 'other',
      token: `lease of attempt ${job.attempt + 1}`,
      nowMs: Date.now() + 1e6,
      maxPerKey: 9,
    })
    expect(lease?.jobId).toBe(id)
    const { version, attempt } = job
    const running = {
      ...job,
      status: 'running',
      version: version + 1,
      attempt: attempt + 1,
    } as const
    await stores.jobs.update(tx, running)
  })
}

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}
