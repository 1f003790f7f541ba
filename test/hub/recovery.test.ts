// Recovery after a killed hub; lost workers, deadlines, retention and the disk.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { HubPorts } from '../../src/app/hub-ports.ts'
import type { DirectUploads } from '../../src/app/ports/blob-store.ts'
import { BelievedTime } from '../../src/app/work/believed-time.ts'
import { LeaseWatch } from '../../src/app/work/lease-watch.ts'
import { sweepStorage, sweepWork } from '../../src/app/work/sweep.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { JobId, Sha256 } from '../../src/domain/ids.ts'
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts'
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
    // The state after a power failure between two steps: claimed, staged, held, reserved.
    await unitOfWork.write(async (tx) => {
      const request = {
        workerId: 'dead',
        token: 't',
        nowMs: Date.now(),
        abilities: null,
        maxPerKey: 9,
      }
      await stores.dispatch.claim(tx, request)
      await stores.jobs.update(tx, { ...job, status: 'running', attempt: 1, version: 2 })
      await references.add(tx, orphan.sha256, { kind: 'hold', id: 'dead' })
      const record = { scope: 'anonymous POST /v1/jobs', key: 'k', fingerprint: 'f', madeId: null }
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
    const keyed = { idempotencyKey: 'k', caller: { ownerKey: 'anonymous', isAdmin: true }, signal }
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
    // Another hub takes this one for dead and requeues its job.
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
    const { submit, ended } = await createHubBench({ limits: { jobTimeoutMs: 50 } })
    const { job } = await submit()
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
    await sweep(ports)
    expect((await hub.jobs.get(job.id)).job.status).toBe('succeeded')
    wallClock.offsetMs = ports.limits.retentionMs
    await sweep(ports)
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
    await sweep(ports)
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
    await sweep(ports)
    expect((await buffer(reader)).length).toBe(1_000_000)
  })

  it('14.1: removes nothing for the reserve, and says that the disk is nearly full', async () => {
    const { renderer, submit, ended, hub, ports, events } = await createHubBench()
    renderer.immediately = true
    const { job } = await submit()
    await ended(job.id)
    const freeBytes = ports.limits.diskReserveBytes - 1
    const blobs = { ...ports.blobs, freeBytes: async () => freeBytes }
    await sweep({ ...ports, blobs })
    expect((await hub.jobs.get(job.id)).job.status).toBe('succeeded')
    const { diskReserveBytes: reserveBytes } = ports.limits
    expect(events).toContainEqual({ type: 'hub.disk_low', freeBytes, reserveBytes })
  })

  it('14.1: says so too while the uploads in the bucket cannot be listed', async () => {
    const { ports, events } = await createHubBench({ works: false })
    const freeBytes = ports.limits.diskReserveBytes - 1
    const names = async (): Promise<never> => {
      throw new Error('away')
    }
    const direct = { names } as unknown as DirectUploads
    const blobs = { ...ports.blobs, freeBytes: async () => freeBytes, direct }
    await expect(sweep({ ...ports, blobs })).rejects.toThrow('away')
    expect(events).toContainEqual(expect.objectContaining({ type: 'hub.disk_low', freeBytes }))
  })

  it('14.1: refuses new work below the reserve with both figures', async () => {
    const { submit, hub, ports, stores } = await createHubBench({
      works: false,
      limits: { diskReserveBytes: 2e15 },
    })
    const freeBytes = await stores.blobs.freeBytes()
    const refused = await submit().catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'disk_full', meta: { diskReserveBytes: 2e15 } })
    expect(String(refused)).toMatch(/^\S+ \S+ \d+ bytes are free .* 2000000000000000 are kept/)
    await expect(
      hub.files.create({ filename: 'a' }, { ownerKey: 'anonymous', isAdmin: true }),
    ).rejects.toMatchObject({ code: 'disk_full' })
    expect(freeBytes).toBeLessThan(ports.limits.diskReserveBytes)
  })

  it('14.1: beyond the quota removes the jobs that ended first, no more than it must, and says why', async () => {
    const { renderer, submit, ended, hub, ports, events } = await createHubBench({
      limits: { storageMaxBytes: 2000 },
    })
    const ids: JobId[] = []
    for (const letter of ['a', 'b', 'c', 'd']) {
      const { job } = await submit()
      ;(await renderer.next()).succeed(letter.repeat(400))
      await ended(job.id)
      ids.push(job.id)
    }
    // Each job has a video of 400 bytes and a poster of 410; picture and voice are shared.
    await sweep(ports)
    await sweep(ports)
    for (const id of ids.slice(0, 2)) {
      const gone = await hub.jobs.get(id).catch((error: unknown) => error)
      expect(gone).toMatchObject({ code: 'job_expired' })
      expect(String(gone)).toContain('INFINITETALK_LIMIT_STORAGE_MAX_BYTES')
      expect(events).toContainEqual({ type: 'job.removed', jobId: id, why: 'quota' })
    }
    for (const id of ids.slice(2)) expect((await hub.jobs.get(id)).job.status).toBe('succeeded')
    const { bytes } = await ports.blobs.usage(signal)
    expect(bytes).toBeLessThanOrEqual(2000)
  })

  it('14.1: has no quota unless one is set', async () => {
    expect(DEFAULT_LIMITS.storageMaxBytes).toBe(0)
  })

  it('removes uploads that no job named in their time', async () => {
    const { hub, stores, ports, wallClock } = await createHubBench({ works: false })
    const file = await hub.files.receive({
      content: bytes('uploaded'),
      caller: { ownerKey: 'anonymous', isAdmin: true },
      filename: null,
      contentType: null,
      expectedSha256: null,
      signal,
    })
    wallClock.offsetMs = ports.limits.uploadLifeMs
    await sweep(ports)
    await expect(hub.files.get(file.id)).rejects.toMatchObject({ code: 'file_not_found' })
    expect(await stores.blobs.size(file.content?.sha256 ?? ('' as Sha256))).toBeNull()
  })
})

describe('14.10: a clock that jumps 26 hours ahead', () => {
  it('for a minute removes no job, no upload and no key', async () => {
    const { renderer, submit, ended, hub, ports, time, clock } = await jumpingBench()
    renderer.immediately = true
    const { job } = await submit(BODY, { idempotencyKey: 'k' })
    await ended(job.id)
    const file = await hub.files.create({ filename: 'a' }, { ownerKey: 'anonymous', isAdmin: true })
    time.nowMs()
    clock.ahead(26 * HOUR_MS)
    for (let second = 0; second < 60; second += 10) {
      clock.passes(10_000)
      await sweepStorage({ time, signal }, ports)
    }
    expect((await submit(BODY, { idempotencyKey: 'k' })).job.id).toBe(job.id)
    clock.ahead(-26 * HOUR_MS)
    await sweepStorage({ time, signal }, ports)
    expect((await hub.jobs.get(job.id)).job.status).toBe('succeeded')
    expect((await hub.files.get(file.id)).id).toBe(file.id)
  })

  it('is believed once it has held for an hour', async () => {
    const { renderer, submit, ended, hub, ports, time, clock } = await jumpingBench()
    renderer.immediately = true
    const { job } = await submit()
    await ended(job.id)
    clock.ahead(26 * HOUR_MS)
    await sweepStorage({ time, signal }, ports)
    clock.passes(HOUR_MS - 60_000)
    await sweepStorage({ time, signal }, ports)
    expect((await hub.jobs.get(job.id)).job.status).toBe('succeeded')
    clock.passes(60_000)
    await sweepStorage({ time, signal }, ports)
    await expect(hub.jobs.get(job.id)).rejects.toMatchObject({ code: 'job_expired' })
  })

  it('is not believed by a hub that starts in that minute', async () => {
    const { renderer, submit, ended, hub, ports, clock } = await jumpingBench()
    renderer.immediately = true
    const { job } = await submit()
    await ended(job.id)
    clock.ahead(26 * HOUR_MS)
    const newestMs = await ports.unitOfWork.read((tx) => ports.jobs.newestTime(tx))
    const started = new BelievedTime(ports.clock, newestMs)
    clock.passes(60_000)
    await sweepStorage({ time: started, signal }, ports)
    expect((await hub.jobs.get(job.id)).job.status).toBe('succeeded')
  })
})

const HOUR_MS = 3_600_000

/** A bench whose two clocks the test moves. */
async function jumpingBench() {
  const bench = await createHubBench()
  const moved = { monotonicMs: 0 }
  const ports = {
    ...bench.ports,
    clock: {
      epochMs: () => bench.ports.clock.epochMs(),
      monotonicMs: () => bench.ports.clock.monotonicMs() + moved.monotonicMs,
    },
  }
  const clock = {
    ahead(ms: number) {
      bench.wallClock.offsetMs += ms
    },
    passes(ms: number) {
      bench.wallClock.offsetMs += ms
      moved.monotonicMs += ms
    },
  }
  return { ...bench, ports, clock, time: new BelievedTime(ports.clock, null) }
}

/** By the real time of day. */
function sweep(ports: HubPorts): Promise<void> {
  return sweepStorage({ time: new BelievedTime(ports.clock, null), signal }, ports)
}

type Bench = Awaited<ReturnType<typeof createHubBench>>

/** Like a worker of another hub that then falls silent. */
async function claimAsOther(stores: Bench['stores'], id: JobId): Promise<void> {
  await stores.unitOfWork.write(async (tx) => {
    const job = (await stores.jobs.get(tx, id))!
    const lease = await stores.dispatch.claim(tx, {
      workerId: 'other',
      token: `lease of attempt ${job.attempt + 1}`,
      nowMs: Date.now() + 1e6,
      abilities: null,
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
