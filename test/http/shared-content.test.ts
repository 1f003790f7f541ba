// Content that two keys send is stored once, and nothing tells a key that another one has it. Jobs from before the first key belong to
// the admins.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { openKeyTools } from '../../src/main/open-key-tools.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

type Answer = Record<string, unknown>

const as = (key: string, init: RequestInit = {}): RequestInit => ({
  ...init,
  headers: { ...init.headers, authorization: `Bearer ${key}` },
})

async function withKeys(hub: TestHub, ...names: string[]): Promise<readonly string[]> {
  const env = { INFINITETALK_DATA_DIR: hub.dataDir }
  await using keys = await openKeyTools(loadConfig({ env }))
  const secrets = [await keys.create({ name: 'me', isAdmin: true })]
  for (const name of names) secrets.push(await keys.create({ name, isAdmin: false }))
  // Until the hub has read the keys, it answers everybody on this machine.
  const statusFor = async (init?: RequestInit): Promise<number> =>
    (await hub.fetch('/v1/limits', init)).status
  const isRead = async (): Promise<boolean> =>
    (await statusFor()) === 401 && (await statusFor(as(secrets.at(-1)!))) === 200
  await vi.waitUntil(isRead, { timeout: 60_000 })
  return secrets
}

/** @returns the answers of a whole upload, without what differs each time */
async function upload(
  hub: TestHub,
  key: string,
  body: Buffer,
): Promise<readonly [string, unknown[]]> {
  const plain = async (response: Response): Promise<unknown> => {
    const { id, created_at, expires_at, upload_url, ...rest } = (await response.json()) as Answer
    const names = [...response.headers.keys()].filter((name) => name !== 'connection')
    return [
      response.status,
      rest,
      names,
      [id, created_at, expires_at, upload_url].map((x) => typeof x),
    ]
  }
  const created = await hub.fetch('/v1/files', as(key, json({ filename: 'voice.wav' })))
  const { id } = (await created.clone().json()) as { id: string }
  const put = { method: 'PUT', body: new Uint8Array(body) }
  const written = await hub.fetch(`/v1/files/${id}/content`, as(key, put))
  const read = await hub.fetch(`/v1/files/${id}`, as(key))
  return [id, [await plain(created), await plain(written), await plain(read)]]
}

async function blobsIn({ dataDir }: TestHub): Promise<number> {
  const entries = await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile() && /^[0-9a-f]{60,64}$/.test(entry.name)).length
}

describe('content of two keys', () => {
  it('is stored once; answers, sizes and deletions tell nothing of it', async () => {
    await using hub = await startTestHub({ works: false })
    const [admin = '', one = '', other = ''] = await withKeys(hub, 'one', 'other')
    const body = Buffer.alloc(300_000, 'the same content ')
    const [first, firstAnswers] = await upload(hub, one, body)
    const stored = await blobsIn(hub)
    expect(stored).toBe(1)
    const storage = async (key: string): Promise<Answer> =>
      (await (await hub.fetch('/v1/storage', as(key))).json()) as Answer
    const [second, secondAnswers] = await upload(hub, other, body)
    expect(secondAnswers).toEqual(firstAnswers)
    expect(await blobsIn(hub)).toBe(stored)
    expect(await storage(other)).toMatchObject({ used_bytes: null, files: null })
    expect(await storage(admin)).toMatchObject({ used_bytes: expect.any(Number) })
    const metrics = await hub.fetch('/metrics', as(other))
    expect([metrics.status, ((await metrics.json()) as Answer).code]).toEqual([
      403,
      'scope_missing',
    ])
    expect((await hub.fetch('/metrics', as(admin))).status).toBe(200)
    await hub.fetch(`/v1/files/${first}`, as(one, { method: 'DELETE' }))
    expect((await hub.fetch(`/v1/files/${second}`, as(other))).status).toBe(200)
    expect(await blobsIn(hub)).toBe(stored)
    await hub.fetch(`/v1/files/${second}`, as(other, { method: 'DELETE' }))
    expect(await blobsIn(hub)).toBe(0)
  })

  it('is two jobs, even with the same Idempotency-Key', async () => {
    await using hub = await startTestHub({ works: false })
    const [, one = '', other = ''] = await withKeys(hub, 'one', 'other')
    const submit = async (key: string): Promise<Response> =>
      hub.fetch('/v1/jobs', as(key, json(await tinyRequest(), { 'idempotency-key': 'order-1' })))
    const [first, second] = [await submit(one), await submit(other)]
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(second.headers.get('idempotent-replayed')).toBeNull()
    const ids = [(await first.json()) as Answer, (await second.json()) as Answer].map(
      ({ id }) => id,
    )
    expect(new Set(ids).size).toBe(2)
  })
})

describe('jobs and files from before the first key', () => {
  it('belong to the admins: they read, repeat and delete them; others do not see them', async () => {
    await using hub = await startTestHub()
    const id = await hub.submit()
    await hub.ended(id)
    const [admin = '', shop = ''] = await withKeys(hub, 'shop')
    expect((await hub.fetch(`/v1/jobs/${id}`, as(shop))).status).toBe(404)
    const listed = (await (await hub.fetch('/v1/jobs', as(admin))).json()) as { data: Answer[] }
    expect(listed.data.map((job) => job.id)).toContain(id)
    const retried = await hub.fetch(`/v1/jobs/${id}/retry`, as(admin, json({})))
    expect(retried.status).toBe(202)
    expect((await hub.fetch(`/v1/jobs/${id}`, as(admin, { method: 'DELETE' }))).status).toBe(204)
  })
})
