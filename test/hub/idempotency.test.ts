// fault 117: one Idempotency-Key, one job.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/domain/errors.ts'
import { BODY, base64, createHubBench, SUBMIT } from '../support/hub-bench.ts'

const KEYED = { ...SUBMIT, idempotencyKey: 'key-1' }

describe('fault 117: an Idempotency-Key', () => {
  it('used a hundred times at once makes one job', async () => {
    const { hub } = await createHubBench({ works: false })
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, () => hub.jobs.submit(BODY, KEYED)),
    )
    const ids = new Set<string>()
    for (const answer of answers) {
      if (answer.status === 'fulfilled') ids.add(answer.value.view.job.id)
      else expect(answer.reason).toMatchObject({ code: 'idempotency_in_flight' })
    }
    expect(ids.size).toBe(1)
    expect((await hub.jobs.list({ status: null, limit: 9, cursor: null })).views).toHaveLength(1)
    expect(await hub.jobs.submit(BODY, KEYED)).toMatchObject({ replayed: true })
  })

  it('is refused for another request, and means the same request in whatever order it is written', async () => {
    const { hub } = await createHubBench({ works: false })
    const { view } = await hub.jobs.submit(
      { ...BODY, seed: 1, metadata: { a: '1', b: '2' } },
      KEYED,
    )
    const reordered = { metadata: { b: '2', a: '1' }, seed: 1, ...BODY }
    const again = await hub.jobs.submit(reordered, KEYED)
    expect([again.replayed, again.view.job.id]).toEqual([true, view.job.id])
    const other = { ...BODY, image: { base64: base64('another picture') } }
    await expect(hub.jobs.submit(other, KEYED)).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('14.10: goes with its job: after a deletion the same key makes a new one', async () => {
    const { hub, renderer, ended } = await createHubBench()
    renderer.immediately = true
    const { view } = await hub.jobs.submit(BODY, KEYED)
    await ended(view.job.id)
    await hub.jobs.delete(view.job.id)
    const again = await hub.jobs.submit(BODY, KEYED)
    expect(again.replayed).toBe(false)
    expect(again.view.job.id).not.toBe(view.job.id)
  })

  it('is free again after a request that failed while the database was away', async () => {
    const { hub, ports } = await createHubBench({ works: false })
    const away = new AppError('store_unavailable', 'The database failed (57P01).')
    const { release } = ports.idempotency
    const insert = ports.jobs.insert
    Object.assign(ports.jobs, { insert: () => Promise.reject(away) })
    Object.assign(ports.idempotency, { release: () => Promise.reject(away) })
    await expect(hub.jobs.submit(BODY, KEYED)).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(hub.jobs.submit(BODY, KEYED)).rejects.toMatchObject({
      code: 'idempotency_in_flight',
    })
    Object.assign(ports.jobs, { insert })
    Object.assign(ports.idempotency, { release })
    await expect
      .poll(
        () =>
          hub.jobs.submit(BODY, KEYED).then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true)
  })

  it('belongs to its caller and its route', async () => {
    const { hub } = await createHubBench({ works: false })
    const mine = await hub.jobs.submit(BODY, KEYED)
    const theirs = await hub.jobs.submit(BODY, {
      ...KEYED,
      caller: { ownerKey: 'other', isAdmin: true },
    })
    const elsewhere = await hub.jobs.submit(BODY, { ...KEYED, route: 'POST /queue' })
    expect(new Set([mine, theirs, elsewhere].map(({ view }) => view.job.id)).size).toBe(3)
  })

  it('is free again after a request that was refused', async () => {
    const { hub } = await createHubBench({ works: false, limits: { imageMaxBytes: 10 } })
    const large = { ...BODY, image: { base64: base64('more than ten bytes') } }
    await expect(hub.jobs.submit(large, KEYED)).rejects.toBeInstanceOf(AppError)
    expect(await hub.jobs.submit(BODY, KEYED)).toMatchObject({ replayed: false })
  })

  it('means the same file under the name of another upload', async () => {
    const { hub } = await createHubBench({ works: false })
    const upload = () =>
      hub.files.receive({
        content: (async function* () {
          yield Buffer.from('uploaded')
        })(),
        contentType: null,
        expectedSha256: null,
        filename: null,
        caller: SUBMIT.caller,
        signal: SUBMIT.signal,
      })
    const withFile = async () => ({ ...BODY, image: { file_id: (await upload()).id } })
    const { view } = await hub.jobs.submit(await withFile(), KEYED)
    const again = await hub.jobs.submit(await withFile(), KEYED)
    expect(again).toMatchObject({ replayed: true, view: { job: { id: view.job.id } } })
  })

  it('is remembered by the next hub on the same store', async () => {
    const first = await createHubBench({ works: false })
    const { view } = await first.hub.jobs.submit(BODY, KEYED)
    await first.close()
    const { hub } = await createHubBench({ works: false, folder: first.folder })
    const again = await hub.jobs.submit(BODY, KEYED)
    expect(again).toMatchObject({ replayed: true, view: { job: { id: view.job.id } } })
  })

  it.each(['', 'a b', 'ä', 'x'.repeat(256), 'a/b'])('is refused when it is %j', async (key) => {
    const { hub } = await createHubBench({ works: false })
    await expect(hub.jobs.submit(BODY, { ...SUBMIT, idempotencyKey: key })).rejects.toMatchObject({
      code: 'idempotency_key_invalid',
    })
  })
})
