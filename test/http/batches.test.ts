// POST /v1/batches and what follows from it, on a real hub: all items or none, the progress of the whole, cancel, archive.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { BatchResource } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { ScriptedRenderer } from '../support/scripted-renderer.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

const LIMITS = {
  INFINITETALK_LIMIT_BATCH_MAX_ITEMS: '4',
  INFINITETALK_LIMIT_QUEUE_MAX_JOBS: '6',
}

async function read(hub: TestHub, id: string): Promise<BatchResource> {
  return (await (await hub.fetch(`/v1/batches/${id}`)).json()) as BatchResource
}

async function ended(hub: TestHub, id: string): Promise<BatchResource> {
  return vi.waitUntil(
    async () => {
      const batch = await read(hub, id)
      return batch.status === 'ended' ? batch : false
    },
    { timeout: 60_000, interval: 100 },
  )
}

describe('a batch', () => {
  let hub: TestHub
  let image: unknown
  let audio: unknown
  beforeAll(async () => {
    hub = await startTestHub({ env: LIMITS })
    ;({ image, audio } = await tinyRequest())
  })
  afterAll(() => hub.stop())

  const create = (body: unknown, headers = {}): Promise<Response> =>
    hub.fetch('/v1/batches', json(body, headers))
  const jobCount = async (): Promise<number> => {
    const counts = await hub.hub.status.jobs()
    return Object.values(counts).reduce((sum, count) => sum + count, 0)
  }

  // Python reads the archive.
  describeWith(['python3'], 'apt-get install python3', 'with an archive', () => {
    it('makes one portrait with many voices, and one archive with the causes of failures', async () => {
      const bad = { base64: Buffer.from('no sound').toString('base64') }
      const items = [
        { name: 'hello/there', audio, prompt: 'Hello' },
        { audio: bad, engine: 'preview' },
        { name: 'again', audio, image },
      ]
      const answer = await create({ name: 'greetings', defaults: { image }, items })
      expect(answer.status).toBe(202)
      const created = (await answer.json()) as BatchResource
      expect(created).toMatchObject({ name: 'greetings', counts: { total: 3 }, expires_at: null })
      expect(answer.headers.get('location')).toBe(created.urls.self)

      const batch = await ended(hub, created.id)
      expect(batch).toMatchObject({
        counts: { total: 3, succeeded: 2, failed: 1, queued: 0, running: 0, deleted: 0 },
        progress: 1,
        eta_s: 0,
        items: [
          { number: 1, status: 'succeeded', file: '0001-there.mp4', error: null },
          { number: 2, status: 'failed', error: { code: 'audio_unsupported' } },
          { number: 3, status: 'succeeded', file: '0003-again.mp4' },
        ],
      })
      const listed = (await (await hub.fetch('/v1/batches?limit=1')).json()) as {
        data: BatchResource[]
      }
      expect(listed.data).toMatchObject([{ id: batch.id, counts: batch.counts }])

      const folder = await createTestFolder()
      const archive = await fetch(batch.urls.archive)
      const bytes = Buffer.from(await archive.arrayBuffer())
      expect(archive.headers.get('content-length')).toBe(String(bytes.length))
      const disposition = archive.headers.get('content-disposition')
      expect(disposition).toBe('attachment; filename="greetings.zip"')
      await writeFile(folder.path('a.zip'), bytes)
      // Python's own library reads every file and checks it.
      const check =
        'import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); ' +
        'print(json.dumps([z.testzip(), z.namelist(), json.loads(z.read("summary.json")), z.read("summary.csv").decode()]))'
      const { stdout } = await promisify(execFile)('python3', ['-c', check, folder.path('a.zip')])
      const [broken, names, summary, csv] = JSON.parse(stdout)
      expect(broken).toBeNull()
      expect(names).toEqual(['summary.csv', 'summary.json', '0001-there.mp4', '0003-again.mp4'])
      expect(summary).toMatchObject([
        { item: 1, status: 'done', file: '0001-there.mp4', code: '' },
        { item: 2, status: 'failed', file: '', code: 'audio_unsupported' },
        { item: 3, status: 'done' },
      ])
      expect(csv.split('\r\n')).toHaveLength(5)

      expect((await hub.fetch(`/v1/jobs/${batch.items[0]!.job_id}`, { method: 'DELETE' })).ok).toBe(
        true,
      )
      expect(await read(hub, batch.id)).toMatchObject({
        counts: { deleted: 1 },
        items: [{ status: 'deleted' }, {}, {}],
      })
      const gone = await hub.fetch(`/v1/batches/${batch.id}`, { method: 'DELETE' })
      expect(gone.status).toBe(204)
      expect((await hub.fetch(`/v1/batches/${batch.id}`)).status).toBe(404)
      expect((await hub.fetch(`/v1/jobs/${batch.items[2]!.job_id}`)).status).toBe(404)
    })

    it.each([
      ['no items', { items: [] }, 'invalid_request', undefined],
      ['too many items', { items: Array(5).fill({}) }, 'invalid_request', undefined],
      ['an unknown member', { items: [{}], image: {} }, 'unknown_field', undefined],
      [
        'a wrong member of an item',
        { items: [{ seed: 1 }, { seed: -1 }] },
        'invalid_request',
        '/items/1/seed',
      ],
      [
        'an input that is not there',
        { items: [{}, { image: { file_id: 'file_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11' } }] },
        'file_not_found',
        '/items/1/image',
      ],
    ])('rejects all of it for %s', async (_what, { items, ...rest }, code, pointer) => {
      const before = await jobCount()
      const whole = items.map((item) => ({ image, audio, ...item }))
      const answer = await create({ items: whole, ...rest })
      const problem = (await answer.json()) as {
        code: string
        pointer?: string
        errors?: readonly { pointer: string }[]
      }
      expect(problem.code).toBe(code)
      if (pointer !== undefined) {
        expect(problem.pointer ?? problem.errors?.[0]?.pointer).toBe(pointer)
      }
      expect(await jobCount()).toBe(before)
    })
  })

  it('is the same batch for the same Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' }
    const body = { defaults: { image, audio }, items: [{}, { seed: 5 }] }
    const first = (await (await create(body, headers)).json()) as BatchResource
    const again = await create(body, headers)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(((await again.json()) as BatchResource).id).toBe(first.id)
    const other = await create({ ...body, items: [{}] }, headers)
    expect(((await other.json()) as { code: string }).code).toBe('idempotency_key_reused')
    await ended(hub, first.id)
  })

  it('has ended at once when every video is reused', async () => {
    const item = { image, audio, prompt: 'The same', reuse: true }
    const first = (await (await create({ items: [item] })).json()) as BatchResource
    await ended(hub, first.id)
    const again = (await (await create({ items: [item, item] })).json()) as BatchResource
    expect(again).toMatchObject({ status: 'ended', counts: { succeeded: 2 } })
    expect(again.expires_at).not.toBeNull()
  })
})

it('is canceled as a whole, and has no archive and no end before that', async () => {
  const renderer = new ScriptedRenderer()
  await using hub = await startTestHub({ env: LIMITS, renderer })
  const media = await tinyRequest()
  const created = await hub.fetch(
    '/v1/batches',
    json({ defaults: media, items: Array(4).fill({}) }),
  )
  const { id } = (await created.json()) as BatchResource
  await vi.waitUntil(async () => (await read(hub, id)).counts.running === 1, { timeout: 60_000 })
  for (const [path, method] of [
    [`/v1/batches/${id}/archive`, 'GET'],
    [`/v1/batches/${id}`, 'DELETE'],
  ] as const) {
    const answer = await hub.fetch(path, { method })
    expect(((await answer.json()) as { code: string }).code).toBe('batch_not_ended')
  }
  const full = await hub.fetch('/v1/batches', json({ defaults: media, items: Array(3).fill({}) }))
  expect(((await full.json()) as { code: string }).code).toBe('queue_full')
  const canceled = await hub.fetch(`/v1/batches/${id}/cancel`, { method: 'POST' })
  expect(canceled.status).toBe(202)
  expect(await canceled.json()).toMatchObject({ status: 'canceling', counts: { canceled: 3 } })
  expect(await ended(hub, id)).toMatchObject({ counts: { canceled: 4 } })
  const again = await hub.fetch(`/v1/batches/${id}/cancel`, { method: 'POST' })
  expect(again.status).toBe(200)
})
