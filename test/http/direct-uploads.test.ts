// Uploads straight to the bucket, on servers of two makers. Only nanio verifies signatures; moto takes what it gets, so there the hub
// alone rejects it.
import { createHash, randomBytes } from 'node:crypto'
import { createClient } from '@infinitetalk/client'
import type { FileResource } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { sweepDirectUploads } from '../../src/app/files/direct-upload.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { fileIdOf } from '../../src/domain/ids.ts'
import { bucketOf } from '../../src/main/bucket-of.ts'
import { openKeyTools } from '../../src/main/open-key-tools.ts'
import type { S3Options } from '../../src/stores/blobs/s3/s3-options.ts'
import { openStores, type Stores } from '../../src/stores/open-stores.ts'
import {
  bucketVariables,
  describeS3,
  S3_MAKERS,
  type S3Server,
  startS3,
} from '../support/s3-server.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { json, startTestHub, type TestHub } from '../support/test-hub.ts'

const ADMIN = 'admin:0123456789abcdef'
const CONTENT = Buffer.from('not a picture, but the bytes of one')
const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describeS3('an upload straight to the bucket', () => {
  describe.each(S3_MAKERS)('of %s', (maker) => {
    let server: S3Server
    beforeAll(async () => {
      server = await startS3(maker)
    })
    afterAll(() => server[Symbol.asyncDispose]())

    const open = async (env: Readonly<Record<string, string>> = {}) => {
      const bucket = bucketVariables(await server.createBucket())
      const hub = await startTestHub({ env: { ...bucket, S3_DIRECT_UPLOADS: 'true', ...env } })
      onTestFinished(() => hub.stop())
      return { hub, bucket }
    }

    it.each([1000, 9_000_000])('of %i bytes is what the client does by itself', async (bytes) => {
      const { hub, bucket } = await open()
      const asked: string[] = []
      const client = createClient({
        baseUrl: hub.url,
        fetch: (url, init) => {
          asked.push(`${init?.method} ${new URL(String(url)).pathname.replace(/file_[^/]+/, 'ID')}`)
          return fetch(url, init)
        },
      })
      const content = randomBytes(bytes)
      const sent: number[] = []
      const file = await client.files.upload(new Blob([content]), {
        filename: 'face.png',
        onProgress: ({ sentBytes }) => sent.push(sentBytes),
      })
      expect(file).toMatchObject({ status: 'ready', bytes, sha256: sha256Of(content) })
      expect(asked).toEqual([
        'POST /v1/files',
        `PUT /${bucket.S3_BUCKET}/uploads/ID`,
        'POST /v1/files/ID/complete',
        'GET /v1/files/ID',
      ])
      expect(sent.at(-1)).toBe(bytes)
      // The upload became the blob, and nothing else is left.
      expect(await hub.hub.status.storage()).toMatchObject({ files: 1, bytes })
      const body = { image: { file_id: file.id }, audio: { file_id: file.id } }
      const job = await hub.ended(await hub.submit(body))
      expect(job).toMatchObject({ status: 'succeeded' })
    })

    it('has exactly the announced size and the digest of its completion', async () => {
      const { hub } = await open()
      const file = await announce(hub, CONTENT.length)
      expect(await complete(hub, file)).toMatchObject({ status: 409, code: 'file_not_ready' })
      const more = await put(file, Buffer.concat([CONTENT, CONTENT]))
      expect(more).toBe(maker === 'nanio' ? 403 : 200)
      const refused = maker === 'nanio' ? 'file_not_ready' : 'digest_mismatch'
      expect(await complete(hub, file)).toMatchObject({ code: refused })

      expect(await put(file, CONTENT)).toBe(200)
      const wrong = { 'content-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` }
      const mismatch = await complete(hub, file, wrong)
      expect(mismatch).toMatchObject({ status: 422, code: 'digest_mismatch' })
      expect(await complete(hub, file)).toMatchObject({
        status: 'ready',
        sha256: sha256Of(CONTENT),
      })
      expect(await complete(hub, file)).toMatchObject({ code: 'file_already_written' })
    })

    it('is completed by the key that announced it, and by no other one', async () => {
      const { hub } = await open({ INFINITETALK_API_KEYS: ADMIN })
      const env = { INFINITETALK_DATA_DIR: hub.dataDir, INFINITETALK_API_KEYS: ADMIN }
      await using keys = await openKeyTools(loadConfig({ env }))
      const [one, other] = await Promise.all(
        ['one', 'other'].map(async (name) => {
          const secret = await keys.create({ name, isAdmin: false })
          const headers = { authorization: `Bearer ${secret}` }
          await vi.waitUntil(async () => (await hub.fetch('/v1/limits', { headers })).ok, 60_000)
          return headers
        }),
      )
      const file = await announce(hub, CONTENT.length, one)
      expect(await put(file, CONTENT)).toBe(200)
      const foreign = await complete(hub, file, other)
      expect(foreign).toMatchObject({ status: 404, code: 'file_not_found' })
      expect(await complete(hub, file, one)).toMatchObject({ status: 'ready' })
    })

    it('that is not completed counts as pending, and no job can use it', async () => {
      const { hub } = await open({ INFINITETALK_LIMIT_UPLOAD_MAX_PENDING: '1' })
      const file = await announce(hub, CONTENT.length)
      const second = await hub.fetch('/v1/files', json({ bytes: 1 }))
      expect(await second.json()).toMatchObject({ code: 'uploads_pending' })
      expect(await put(file, CONTENT)).toBe(200)
      const early = { image: { file_id: file.id }, audio: { file_id: file.id } }
      const answer = await hub.fetch('/v1/jobs', json(early))
      expect(await answer.json()).toMatchObject({ code: 'file_not_ready' })
    })

    it('is swept from the bucket when its file is gone, and nothing else is', async () => {
      const stores = await openStoresOf(await server.createBucket())
      const direct = stores.blobs.direct!
      const [kept, left] = [fileIdOf(1, Buffer.alloc(10, 1)), fileIdOf(1, Buffer.alloc(10, 2))]
      const upload = { bytes: CONTENT.length, seconds: 60 }
      const foreign = 'report.pdf'
      for (const name of [kept, left, foreign]) {
        const body = new Uint8Array(CONTENT)
        await fetch(await direct.grant(name, upload), { method: 'PUT', body })
      }
      const file = { id: kept, ownerKey: 'me', filename: null, contentType: null, content: null }
      const times = { createdAtMs: 1, expiresAtMs: 2, announcedBytes: CONTENT.length }
      await stores.unitOfWork.write((tx) => stores.files.insert(tx, { ...file, ...times }))
      await sweepDirectUploads(stores)
      const signal = AbortSignal.timeout(10_000)
      for (const name of [kept, foreign]) {
        const staged = await direct.stage(name, { ...upload, signal })
        expect(staged?.sha256).toBe(sha256Of(CONTENT))
        await staged?.discard()
      }
      expect(await direct.stage(left, { ...upload, signal })).toBeNull()
    })
  })

  describe('of nanio', () => {
    it('is not offered unless it is allowed, nor for an unknown size', async () => {
      const server = await startS3('nanio')
      onTestFinished(() => server[Symbol.asyncDispose]())
      const env = bucketVariables(await server.createBucket())
      await using off = await startTestHub({ env })
      expect((await announce(off, 10)).direct_upload).toBeNull()
      await using on = await startTestHub({ env: { ...env, S3_DIRECT_UPLOADS: 'true' } })
      const unsized = await on.fetch('/v1/files', { method: 'POST' })
      expect(await unsized.json()).toMatchObject({ direct_upload: null })
    })

    it('ends with its link, and goes through the hub while the bucket cannot be reached from the client', async () => {
      const server = await startS3('nanio')
      onTestFinished(() => server[Symbol.asyncDispose]())
      const env = { ...bucketVariables(await server.createBucket()), S3_DIRECT_UPLOADS: 'true' }
      await using brief = await startTestHub({ env: { ...env, S3_LINK_LIFE: '1s' } })
      const file = await announce(brief, CONTENT.length)
      await expect.poll(() => put(file, CONTENT), { timeout: 10_000 }).toBe(403)

      await using apart = await startTestHub({
        env: { ...env, S3_PUBLIC_ENDPOINT: 'http://127.0.0.1:9' },
      })
      const client = createClient({ baseUrl: apart.url, maxRetries: 0 })
      for (const bytes of [1000, 9_000_000]) {
        const sent = await client.files.upload(new Blob([randomBytes(bytes)]))
        expect(sent).toMatchObject({ status: 'ready', bytes })
      }
    })

    it('whose bucket is away waits to be completed', async () => {
      const server = await startS3('nanio')
      const env = { ...bucketVariables(await server.createBucket()), S3_DIRECT_UPLOADS: 'true' }
      await using hub = await startTestHub({ env })
      const file = await announce(hub, CONTENT.length)
      expect(await put(file, CONTENT)).toBe(200)
      await server[Symbol.asyncDispose]()
      expect(await complete(hub, file)).toMatchObject({ status: 503, code: 'store_unavailable' })
    })
  })
})

async function openStoresOf(bucket: S3Options): Promise<Stores> {
  const folder = await createTestFolder()
  const ignore = (): void => {}
  const stores = await openStores({
    ...{ folder: folder.path('data'), databaseUrl: null, newToken: () => 'token' },
    bucket: bucketOf(loadConfig({ env: bucketVariables(bucket) })),
    ...{ onTrouble: ignore, onDamage: ignore },
  })
  onTestFinished(() => stores.close())
  return stores
}

async function announce(hub: TestHub, bytes: number, headers = {}): Promise<FileResource> {
  const init = json({ bytes })
  const answer = await hub.fetch('/v1/files', { ...init, headers: { ...init.headers, ...headers } })
  expect(answer.status).toBe(201)
  return (await answer.json()) as FileResource
}

async function put({ direct_upload }: FileResource, content: Buffer): Promise<number> {
  const body = new Uint8Array(content)
  return (await fetch(direct_upload!.url, { method: 'PUT', body })).status
}

async function complete(
  hub: TestHub,
  { direct_upload }: FileResource,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { pathname } = new URL(direct_upload!.complete_url, hub.url)
  return (await hub.fetch(pathname, { method: 'POST', headers })).json()
}
