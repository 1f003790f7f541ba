// A job from its acceptance to its end, with a renderer that the test controls.
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { jobEventResourceSchema, jobResourceSchema } from '@infinitetalk/contract'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/domain/errors.ts'
import { presentEvent, presentJob } from '../../src/http/present-job.ts'
import { BODY, base64, createHubBench, signal } from '../support/hub-bench.ts'

describe('a job', () => {
  it('ends with the video that was rendered, hash and all', async () => {
    const { renderer, submit, ended, hub } = await createHubBench()
    const { job } = await submit({ ...BODY, metadata: { who: 'me' } })
    const render = await renderer.next()
    render.succeed('the video')
    const view = await ended(job.id)
    expect(view.job).toMatchObject({ status: 'succeeded', attempt: 1, error: null })
    const video = await hub.jobs.openVideo(job.id)
    const bytes = await buffer(await video.read())
    expect(bytes.toString()).toBe('the video')
    expect(video.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect((await buffer(await video.read({ start: 4, end: 6 }))).toString()).toBe('vid')
    expect((await buffer(await (await hub.jobs.openPoster(job.id)).read())).length).toBeGreaterThan(
      0,
    )
  })

  it('is shown as the contract says, in every state, and never with the bytes of its input', async () => {
    const { renderer, submit, ended, hub } = await createHubBench()
    const first = await submit()
    const second = await submit()
    const render = await renderer.next()
    render.request.onProgress({ stage: 'sampling', done: 3, total: 25 })
    const waiting = presentJob(await hub.jobs.get(second.job.id), 'http://h')
    const running = presentJob(
      await hub.jobs.waitForChange(first.job.id, { sinceVersion: 2, waitMs: 5000, signal }),
      '',
    )
    render.fail(new AppError('tool_failed', 'It broke.'))
    const failed = presentJob(await ended(first.job.id), '')
    for (const resource of [waiting, running, failed]) {
      expect(jobResourceSchema.parse(resource)).toEqual(resource)
      expect(JSON.stringify(resource)).not.toContain(base64('picture'))
    }
    expect(waiting).toMatchObject({ status: 'queued', queue_position: 1 })
    expect(running).toMatchObject({
      stage: 'sampling',
      step: { done: 3, total: 25, unit: 'frames' },
    })
    expect(failed.error).toMatchObject({ code: 'tool_failed', message: 'It broke.' })
  })

  it('is given its inputs as files with the bytes that came with the request', async () => {
    const { renderer, submit, ports } = await createHubBench()
    await submit()
    const { request } = await renderer.next()
    const { visual, voices } = request.spec
    expect(visual.kind).toBe('path')
    const hash = createHash('sha256').update('picture').digest('hex')
    expect(visual).toEqual({ kind: 'path', path: await ports.blobs.localPath(hash as never) })
    expect(voices[0]?.source.kind).toBe('path')
  })

  it('takes the uploaded file that it names, and keeps it when the upload is deleted', async () => {
    const { renderer, submit, ended, hub, stores } = await createHubBench()
    const options = { contentType: 'image/png', expectedSha256: null, signal }
    const file = await hub.files.receive({
      content: (async function* () {
        yield Buffer.from('uploaded')
      })(),
      caller: { ownerKey: 'anonymous', isAdmin: true },
      filename: 'a.png',
      ...options,
    })
    const { job } = await submit({ ...BODY, image: { file_id: file.id } })
    await hub.files.delete(file.id)
    expect(await stores.blobs.size(file.content!.sha256)).toBe(8)
    ;(await renderer.next()).succeed()
    expect((await ended(job.id)).job.status).toBe('succeeded')
    await hub.jobs.delete(job.id)
    expect(await stores.blobs.size(file.content!.sha256)).toBeNull()
  })

  it('tells its events in order, from any place on, with numbers that stay', async () => {
    const { renderer, submit, ended, hub } = await createHubBench()
    const { job } = await submit()
    const render = await renderer.next()
    const follow = async (after: number): Promise<readonly (readonly [number, string])[]> => {
      const found = []
      for await (const event of hub.jobs.events(job.id, after, signal)) {
        expect(jobEventResourceSchema.parse(presentEvent(event))).toBeTruthy()
        found.push([event.sequence, event.body.type] as const)
      }
      return found
    }
    const live = follow(0)
    render.request.onProgress({ stage: 'sampling', done: 1, total: 2 })
    await hub.jobs.waitForChange(job.id, { sinceVersion: 2, waitMs: 5000, signal })
    render.succeed()
    await ended(job.id)
    const all = [
      [1, 'queued'],
      [2, 'started'],
      [3, 'progress'],
      [4, 'succeeded'],
    ]
    expect(await live).toEqual(all)
    // Progress events are deleted at the end; the other events keep their numbers.
    const kept = all.filter(([, type]) => type !== 'progress')
    expect(await follow(0)).toEqual(kept)
    expect(await follow(2)).toEqual([[4, 'succeeded']])
    expect(await follow(4)).toEqual([])
    expect(await follow(1e9)).toEqual([])
    const stranger = hub.jobs.events('job_x', 0, signal)[Symbol.asyncIterator]()
    await expect(stranger.next()).rejects.toMatchObject({ code: 'job_not_found' })
  })

  it('can be retried: a new job with the same input, whose blobs outlive the first', async () => {
    const { renderer, submit, ended, hub, stores } = await createHubBench()
    const { job } = await submit()
    ;(await renderer.next()).fail(new AppError('tool_failed', 'It broke.'))
    await ended(job.id)
    const retried = await hub.jobs.retry(
      job.id,
      { seed: null },
      {
        caller: { ownerKey: 'anonymous', isAdmin: true },
        idempotencyKey: null,
        route: 'POST retry',
        signal,
      },
    )
    expect(retried.view.job).toMatchObject({ retryOf: job.id, input: job.input })
    await hub.jobs.delete(job.id)
    const { visual } = job.input
    const sha256 = visual.kind === 'blob' ? visual.sha256 : expect.fail('no blob')
    expect(await stores.blobs.size(sha256)).toBe(7)
    ;(await renderer.next()).succeed()
    expect((await ended(retried.view.job.id)).job.status).toBe('succeeded')
  })

  it('is deleted once: with its blobs, not while it is unfinished, and not under a reader', async () => {
    const { renderer, submit, ended, hub, stores } = await createHubBench()
    const { job } = await submit()
    const render = await renderer.next()
    await expect(hub.jobs.delete(job.id)).rejects.toMatchObject({ code: 'job_not_finished' })
    render.succeed('the video')
    await ended(job.id)
    const video = await hub.jobs.openVideo(job.id)
    const reader = await video.read()
    await hub.jobs.delete(job.id)
    expect((await buffer(reader)).toString()).toBe('the video')
    expect(await stores.blobs.size(video.sha256)).toBeNull()
    await expect(hub.jobs.delete(job.id)).rejects.toMatchObject({ code: 'job_not_found' })
    await expect(hub.jobs.get(job.id)).rejects.toMatchObject({ code: 'job_not_found' })
  })

  it('leaves nothing behind when it is refused', async () => {
    const { submit, stores, hub, folder } = await createHubBench({ limits: { audioMaxBytes: 4 } })
    await expect(submit()).rejects.toMatchObject({ code: 'input_too_large', pointer: '/audio' })
    const { unitOfWork, references } = stores
    expect(await unitOfWork.read((tx) => references.holders(tx, 'hold'))).toEqual([])
    expect((await hub.jobs.list({ status: null, limit: 9, cursor: null })).views).toEqual([])
    expect(await readdir(folder.path('data/blobs/staging'))).toEqual([])
  })

  it('is not accepted by a full queue, a full disk or a hub that stops', async () => {
    const full = await createHubBench({ limits: { queueMaxJobs: 2 } })
    await full.submit()
    await full.submit()
    await expect(full.submit()).rejects.toMatchObject({ code: 'queue_full' })
    const other = { caller: { ownerKey: 'other', isAdmin: true } }
    expect((await full.submit(BODY, other)).job.status).toBe('queued')
    await full.close()
    await expect(full.submit()).rejects.toMatchObject({ code: 'stopping' })
    const disk = await createHubBench({ limits: { diskReserveBytes: Number.MAX_SAFE_INTEGER } })
    await expect(disk.submit()).rejects.toMatchObject({ code: 'disk_full' })
    expect(await disk.hub.status.health()).toMatchObject({ ready: false, disk: { ready: false } })
  })

  it('waits in pages, newest first, with a place and cursors that nobody invents', async () => {
    const { submit, hub } = await createHubBench({ works: false })
    const ids: string[] = []
    for (let count = 0; count < 5; count += 1) ids.push((await submit()).job.id)
    const first = await hub.jobs.list({ status: 'queued', limit: 3, cursor: null })
    const second = await hub.jobs.list({ status: 'queued', limit: 3, cursor: first.nextCursor })
    const listed = [...first.views, ...second.views].map(({ job }) => job.id)
    expect(listed).toEqual(ids.toSorted().reverse())
    expect(second.nextCursor).toBeNull()
    expect(first.views[0]?.queuePosition).toBe(5)
    const query = { status: null, limit: 3, cursor: 'invented' }
    await expect(hub.jobs.list(query)).rejects.toMatchObject({ code: 'cursor_invalid' })
  })
})
