// Callers get the true cause when a store of the hub is away: the database, the folder of blobs, one file.
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { flipByte } from '../support/flip-byte.ts'
import { describePostgres } from '../support/postgres-server.ts'
import { ScriptedRenderer } from '../support/scripted-renderer.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

function quickRenderer(): ScriptedRenderer {
  const renderer = new ScriptedRenderer()
  renderer.immediately = true
  return renderer
}

async function hubWithVideo() {
  const hub = await startTestHub({ renderer: quickRenderer() })
  onTestFinished(() => hub.stop())
  const id = await hub.submit()
  await hub.ended(id)
  const { sha256 } = await hub.hub.jobs.openVideo(id)
  const file = join(hub.dataDir, 'blobs', sha256.slice(0, 2), sha256)
  return { hub, id, file, path: `/v1/jobs/${id}/video` }
}

async function expectProblem(answer: Promise<Response>, status: number, code: string) {
  const response = await answer
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ code })
}

/** With every method that asks for it, whole or in part. */
async function expectOfVideo(hub: TestHub, path: string, status: number, code: string) {
  const head = await hub.fetch(path, { method: 'HEAD' })
  expect(head.status).toBe(status)
  expect(head.headers.get('etag')).toBeNull()
  await expectProblem(hub.fetch(path), status, code)
  await expectProblem(hub.fetch(path, { headers: { range: 'bytes=0-9' } }), status, code)
  await expectProblem(hub.fetch(path, { headers: { 'if-none-match': '*' } }), status, code)
}

describe('a video', () => {
  it('14.13: whose file is gone is 503, not 500', async () => {
    const { hub, path, file } = await hubWithVideo()
    await rm(file)
    await expectOfVideo(hub, path, 503, 'store_unavailable')
    expect((await hub.fetch(path)).headers.get('retry-after')).toBe('5')
  })

  it('14.7: whose bytes have changed is never sent whole', async () => {
    const { hub, path, file } = await hubWithVideo()
    await flipByte(file, 5)
    const sent = await hub.fetch(path).then(
      async (response) => (response.ok ? response.arrayBuffer() : null),
      () => null,
    )
    expect(sent).toBeNull()
    await expectOfVideo(hub, path, 500, 'blob_damaged')
  })

  it('14.13: of a canceled job is 409 job_canceled, not 499', async () => {
    await using idle = await startTestHub({ works: false })
    const id = await idle.submit()
    await idle.fetch(`/v1/jobs/${id}/cancel`, { method: 'POST' })
    await expectOfVideo(idle, `/v1/jobs/${id}/video`, 409, 'job_canceled')
    await expectProblem(idle.fetch(`/v1/jobs/${id}/poster`), 409, 'job_canceled')
  })
})

it('14.13: without its folder of blobs the hub answers 503, is not ready, and works again with it', async () => {
  const { hub, path, id } = await hubWithVideo()
  const blobs = join(hub.dataDir, 'blobs')
  await rename(blobs, `${blobs}-away`)
  const request = await tinyRequest()
  await expectOfVideo(hub, path, 503, 'store_unavailable')
  for (const answer of [
    hub.fetch('/v1/jobs', json(request)),
    hub.fetch('/v1/estimate', json(request)),
    hub.fetch('/v1/files', json({})),
    hub.fetch('/v1/storage'),
    hub.fetch(`/v1/jobs/${id}/inputs/audio`),
    hub.fetch('/', json(request)),
  ]) {
    await expectProblem(answer, 503, 'store_unavailable')
  }
  const readiness = await hub.fetch('/readyz')
  expect(readiness.status).toBe(503)
  expect(await readiness.json()).toMatchObject({ store: { ready: false } })
  await rename(`${blobs}-away`, blobs)
  expect((await hub.fetch('/readyz')).status).toBe(200)
  expect((await hub.fetch(path)).status).toBe(200)
})

describePostgres('a hub on PostgreSQL', (server) => {
  it('14.13: answers 503 when the database is gone, whoever asks for whatever', async () => {
    const env = { DATABASE_URL: await server.createDatabase() }
    await using hub = await startTestHub({ env, renderer: quickRenderer() })
    const id = await hub.submit()
    await hub.ended(id)
    server.stop()
    await expectOfVideo(hub, `/v1/jobs/${id}/video`, 503, 'store_unavailable')
    const request = await tinyRequest()
    for (const [path, init] of [
      ['/v1/jobs', {}],
      [`/v1/jobs/${id}`, {}],
      [`/v1/jobs/${id}/cancel`, { method: 'POST' }],
      [`/v1/jobs/${id}`, { method: 'DELETE' }],
      ['/v1/jobs', json(request)],
      ['/v1/files', json({})],
      ['/queue', json(request)],
      [`/queue/${id}`, {}],
    ] as const) {
      await expectProblem(hub.fetch(path, init), 503, 'store_unavailable')
    }
    expect((await hub.fetch('/readyz')).status).toBe(503)
    expect((await hub.fetch('/livez')).status).toBe(200)
  })
})
