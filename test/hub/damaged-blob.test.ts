// Stored inputs and videos whose bytes have changed on the disk.
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { Sha256 } from '../../src/domain/ids.ts'
import { flipByte } from '../support/flip-byte.ts'
import { BODY, base64, createHubBench, type HubBench, signal } from '../support/hub-bench.ts'

const CALLER = { ownerKey: 'anonymous', isAdmin: true }

const damage = ({ folder }: HubBench, sha256: Sha256): Promise<void> =>
  flipByte(folder.path(`data/blobs/${sha256.slice(0, 2)}/${sha256}`), 0)

const upload = ({ hub }: HubBench, text: string) =>
  hub.files.receive({
    content: (async function* () {
      yield Buffer.from(text)
    })(),
    caller: CALLER,
    filename: null,
    contentType: null,
    expectedSha256: null,
    signal,
  })

describe('a stored input that has changed', () => {
  it('14.7: is refused to the next job that names it, told to the log, and accepted when it is sent again', async () => {
    const bench = await createHubBench({ works: false })
    const file = await upload(bench, 'voice of a person')
    await damage(bench, file.content!.sha256)
    const body = { ...BODY, audio: { file_id: file.id } }
    await expect(bench.submit(body)).rejects.toMatchObject({
      code: 'blob_damaged',
      pointer: '/audio',
    })
    expect(bench.events).toContainEqual(
      expect.objectContaining({
        where: 'blobs',
        error: expect.objectContaining({ code: 'blob_damaged' }),
      }),
    )
    await upload(bench, 'voice of a person')
    expect((await bench.submit(body)).job.status).toBe('queued')
  })

  it('14.7: is rendered from the right bytes by the next job that brings the same content', async () => {
    const bench = await createHubBench({ works: false })
    const { job } = await bench.submit()
    const { visual } = job.input
    if (visual.kind !== 'blob') throw new Error('The picture came as base64.')
    await damage(bench, visual.sha256)
    await bench.submit()
    const path = await bench.stores.blobs.localPath(visual.sha256)
    expect(base64((await readFile(path)).toString())).toBe(BODY.image.base64)
  })

  it('14.7: fails the job that waited with it, before anything is rendered', async () => {
    const idle = await createHubBench({ works: false })
    const { job } = await idle.submit()
    if (job.input.visual.kind !== 'blob') throw new Error('The picture came as base64.')
    await damage(idle, job.input.visual.sha256)
    await idle.close()
    const { ended, renderer } = await createHubBench({ folder: idle.folder })
    expect((await ended(job.id)).job).toMatchObject({
      status: 'failed',
      error: { code: 'blob_damaged' },
    })
    expect(renderer.renders).toHaveLength(0)
  })
})

describe('a stored video that has changed', () => {
  it('14.7: is served to nobody, and is right again for both when another job makes the same video', async () => {
    const bench = await createHubBench()
    const { hub, renderer, submit, ended } = bench
    renderer.immediately = true
    const first = await submit()
    await ended(first.job.id)
    const video = await hub.jobs.openVideo(first.job.id)
    await damage(bench, video.sha256)
    await expect(video.read().then(buffer)).rejects.toMatchObject({ code: 'blob_damaged' })
    await expect(hub.jobs.openVideo(first.job.id)).rejects.toMatchObject({ code: 'blob_damaged' })
    const second = await submit()
    await ended(second.job.id)
    for (const { job } of [first, second]) {
      const opened = await hub.jobs.openVideo(job.id)
      expect((await buffer(await opened.read())).toString()).toBe('the same video')
    }
  })

  it('14.7: is found out by the next job that makes it, also when nobody has read it', async () => {
    const bench = await createHubBench()
    const { hub, renderer, submit, ended } = bench
    renderer.immediately = true
    const first = await submit()
    await ended(first.job.id)
    await damage(bench, (await hub.jobs.openVideo(first.job.id)).sha256)
    const second = await submit()
    await ended(second.job.id)
    const opened = await hub.jobs.openVideo(second.job.id)
    expect((await buffer(await opened.read())).toString()).toBe('the same video')
  })
})
