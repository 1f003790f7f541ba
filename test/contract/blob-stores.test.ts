// The promises of the stores of blobs: the folder, and buckets on servers of two makers that speak S3.
import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Sha256 } from '../../src/domain/ids.ts'
import { openFolderBlobStore } from '../../src/stores/blobs/folder-blob-store.ts'
import { openS3BlobStore } from '../../src/stores/blobs/s3/s3-blob-store.ts'
import type { S3Options } from '../../src/stores/blobs/s3/s3-options.ts'
import { signRequest } from '../../src/stores/blobs/s3/sign-request.ts'
import { describeS3, S3_MAKERS, type S3Server, startS3 } from '../support/s3-server.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { type BlobBench, blobStoreSuite, keep } from './blob-store-suite.ts'

let tokens = 0
const newToken = (): string => {
  tokens += 1
  return `t${tokens}`
}

describe('blobs in a folder', () => blobStoreSuite(openFolder))

describeS3('blobs in a bucket', () => {
  describe.each(S3_MAKERS)('of %s', (maker) => {
    let server: S3Server
    beforeAll(async () => {
      server = await startS3(maker)
    })
    afterAll(() => server[Symbol.asyncDispose]())
    const open = async () => openBucket(await server.createBucket())

    blobStoreSuite(open)

    it('gives links that open the blob with its name and type, for a while', async () => {
      const { store } = await open()
      const sha256 = await keep(store, Buffer.from('a video'))
      const disposition = 'attachment; filename="job_1.mp4"'
      const link = { contentType: 'video/mp4', disposition, seconds: 60 }
      const answer = await fetch(await store.link!(sha256, link), {
        headers: { range: 'bytes=2-' },
      })
      expect(answer.status).toBe(206)
      expect(await answer.text()).toBe('video')
      if (maker === 'moto') {
        expect(answer.headers.get('content-type')).toBe('video/mp4')
        expect(answer.headers.get('content-disposition')).toBe(disposition)
      }
    })

    it('deletes the parts of an upload that a killed process left', async () => {
      const options = { ...(await server.createBucket()), prefix: 'hub/' }
      const key = 'hub/blobs/ab/abc'
      const begin = await signRequest(
        { method: 'POST', key, query: { uploads: '' } },
        options,
        Date.now(),
      )
      await fetch(begin.url, { method: 'POST', headers: begin.headers })
      const { store } = await openBucket(options)
      const [name] = await store.staged()
      // moto dates every upload to 2010; nanio's is younger than a day, so it may still be written.
      expect(name !== undefined).toBe(maker === 'moto')
      if (name !== undefined) await store.removeStaged(name)
      const again = await openBucket(options)
      expect(await again.store.staged()).toEqual([])
    })
  })

  describe('of nanio, which verifies signatures', () => {
    let server: S3Server
    beforeAll(async () => {
      server = await startS3('nanio')
    })
    afterAll(() => server[Symbol.asyncDispose]())

    it.each([
      ['S3_SECRET_ACCESS_KEY', { secretAccessKey: 'wrong' }],
      ['S3_ACCESS_KEY_ID', { accessKeyId: 'wrong' }],
      ['S3_BUCKET', { bucket: 'absent' }],
    ])('names %s when it is wrong', async (name, wrong) => {
      const options = { ...(await server.createBucket()), ...wrong }
      const opening = openBucket(options)
      await expect(opening).rejects.toMatchObject({ code: 'store_unavailable' })
      await expect(opening).rejects.toThrow(name)
    })
  })
})

async function openFolder(): Promise<BlobBench> {
  const files = await createTestFolder()
  const damages: string[] = []
  const folder = files.path('blobs')
  const store = await openFolderBlobStore({
    ...{ folder, owner: 'me', newToken },
    onDamage: ({ code }) => damages.push(code),
  })
  const damage = (sha256: Sha256, content: Buffer) =>
    writeFile(`${folder}/${sha256.slice(0, 2)}/${sha256}`, content)
  return { store, other: store, path: files.path, damages, damage }
}

async function openBucket(s3: S3Options): Promise<BlobBench> {
  const files = await createTestFolder()
  const damages: string[] = []
  const open = async (machine: string) => {
    const store = await openS3BlobStore({
      ...{ s3, folder: files.path(machine), owner: machine, newToken },
      ...{ cacheMaxBytes: 1e9, useMs: 60_000 },
      onDamage: ({ code }) => damages.push(code),
    })
    onTestFinished(() => store.close())
    return store
  }
  const damage = async (sha256: Sha256, body: Buffer): Promise<void> => {
    const key = `${s3.prefix}blobs/${sha256.slice(0, 2)}/${sha256}`
    const { url, headers } = await signRequest({ method: 'PUT', key, body }, s3, Date.now())
    const answer = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) })
    expect(answer.status).toBe(200)
  }
  return {
    ...{ store: await open('one'), other: await open('two') },
    ...{ path: files.path, damages, damage },
  }
}
