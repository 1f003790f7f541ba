// Faults of a bucket: a service that is away, slow, full, read-only or cut off in the middle of an answer.

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Sha256 } from '../../src/domain/ids.ts'
import { tryBucket } from '../../src/main/reach-stores.ts'
import { createServiceClient } from '../../src/net/service-client.ts'
import { readObject } from '../../src/stores/blobs/s3/read-object.ts'
import { openS3BlobStore } from '../../src/stores/blobs/s3/s3-blob-store.ts'
import { S3Client } from '../../src/stores/blobs/s3/s3-client.ts'
import type { S3Options } from '../../src/stores/blobs/s3/s3-options.ts'
import { createTestFolder } from '../support/test-folder.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const signal = new AbortController().signal
const EMPTY_LIST = '<ListBucketResult></ListBucketResult>'

describe('a bucket', () => {
  it.each([
    ['is full', 507, 'InsufficientStorage', 'disk_full'],
    ['has used up its quota', 403, 'QuotaExceeded', 'disk_full'],
    ['is full, at MinIO', 507, 'XMinioStorageFull', 'disk_full'],
    ['is read-only', 403, 'AccessDenied', 'store_unavailable'],
    ['is gone', 404, 'NoSuchBucket', 'store_unavailable'],
    ['is in another region', 301, 'PermanentRedirect', 'store_unavailable'],
  ])(
    'that %s rejects an upload with the right code, at once',
    async (_what, status, code, expected) => {
      const asked: string[] = []
      const { store } = await openStore((request, response) => {
        asked.push(request.method!)
        if (request.method === 'PUT') refuse(response, status, code)
        else response.writeHead(request.method === 'HEAD' ? 404 : 200).end(EMPTY_LIST)
      })
      const blob = await store.stage(pieces('content'), { maxBytes: 100, signal })
      await expect(blob.publish()).rejects.toMatchObject({ code: expected })
      expect(asked.filter((method) => method === 'PUT')).toHaveLength(1)
    },
  )

  it('that is busy gets the same bytes again, signed with their hash', async () => {
    const bodies: Buffer[] = []
    const hashes: unknown[] = []
    const { store } = await openStore((request, response) => {
      if (request.method !== 'PUT') {
        response.writeHead(request.method === 'HEAD' ? 404 : 200).end(EMPTY_LIST)
        return
      }
      hashes.push(request.headers['x-amz-content-sha256'])
      void buffer(request).then((body) => {
        bodies.push(body)
        if (bodies.length === 1) refuse(response, 503, 'SlowDown')
        else if (bodies.length === 2) request.socket.destroy()
        else response.writeHead(200, { etag: '"1"' }).end()
      })
    })
    const blob = await store.stage(pieces('content'), { maxBytes: 100, signal })
    await blob.publish()
    const hash = createHash('sha256').update('content').digest('hex')
    expect(bodies.map(String)).toEqual(['content', 'content', 'content'])
    expect(hashes).toEqual([hash, hash, hash])
  })

  it('whose clock differs is asked again by its own clock', async () => {
    const dates: string[] = []
    const server = await serve((request, response) => {
      dates.push(String(request.headers['x-amz-date']))
      const date = new Date('2031-05-06T07:08:09Z').toUTCString()
      if (dates.length === 1) refuse(response, 403, 'RequestTimeTooSkewed', { date })
      else response.writeHead(200).end()
    })
    const answer = await clientOf(server).call({ method: 'GET', key: 'a', signal })
    expect(answer.status).toBe(200)
    expect(dates[1]).toMatch(/^20310506T0708/)
  })

  it('that cuts an answer is read on from there', async () => {
    const content = Buffer.from('0123456789'.repeat(10_000))
    const ranges: (string | undefined)[] = []
    const server = await serve((request, response) => {
      const { range } = request.headers
      ranges.push(range)
      const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0)
      const rest = content.subarray(start)
      response.writeHead(start === 0 ? 200 : 206, { 'content-length': rest.length })
      if (ranges.length > 2) response.end(rest)
      else response.write(rest.subarray(0, 30_000), () => request.socket.destroy())
    })
    const stream = await readObject('a', undefined, clientOf(server))
    expect((await buffer(stream!)).equals(content)).toBe(true)
    expect(ranges.length).toBe(3)
    expect(ranges[0]).toBeUndefined()
  })

  it.each(['ignores', 'honours', 'rejects'] as const)(
    'that %s conditions of a DELETE keeps the good bytes that replaced damaged ones meanwhile',
    async (conditions) => {
      const good = 'the right bytes'
      const key = keyOf(good)
      const objects = new Map([[key, 'the wrong bytes']])
      /** Another hub replaces the object after this request. */
      const replaced = { after: '' }
      const { store } = await openStore((request, response) => {
        answerFrom(objects, conditions, request, response)
        if (request.method !== replaced.after) return
        objects.set(key, good)
        replaced.after = ''
      })
      const read = () => store.read(key.slice(-64) as Sha256).then(buffer)
      replaced.after = 'PUT'
      await expect(read()).rejects.toMatchObject({ code: 'store_unavailable' })
      expect(String(await read())).toBe(good)

      objects.set(key, 'the wrong bytes')
      await expect(read()).rejects.toMatchObject({ code: 'blob_damaged' })
      expect(objects.has(key)).toBe(false)
      expect([...objects.values()]).toEqual(['the wrong bytes'])
    },
  )

  it('that honours conditions keeps them even when they come at the last moment', async () => {
    const key = keyOf('the right bytes')
    const objects = new Map([[key, 'the wrong bytes']])
    const { store } = await openStore((request, response) => {
      if (request.method === 'DELETE') objects.set(key, 'the right bytes')
      answerFrom(objects, 'honours', request, response)
    })
    const read = () => store.read(key.slice(-64) as Sha256).then(buffer)
    await expect(read()).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(String(await read())).toBe('the right bytes')
  })

  it.each(['after', 'before and after'])(
    'whose upload is replaced %s it is read stores what was read',
    async (when) => {
      const other = 'not that, no!'
      const objects = new Map([['uploads/mine', when === 'after' ? 'what was read' : other]])
      const { store } = await openStore((request, response) => {
        const isCopy = request.headers['x-amz-copy-source'] !== undefined
        if (request.method === 'GET' && request.url?.endsWith('/mine')) {
          objects.set('uploads/mine', 'what was read')
        }
        if (isCopy) objects.set('uploads/mine', other)
        if (request.method !== 'PUT' || isCopy) answerFrom(objects, 'ignores', request, response)
        else {
          void buffer(request).then((body) => {
            objects.set(request.url!.slice('/videos/'.length), String(body))
            response.end()
          })
        }
      })
      const staged = await store.direct!.stage('mine', { bytes: 13, signal })
      await staged!.publish()
      expect(objects.get(keyOf('what was read'))).toBe('what was read')
    },
  )

  it('that sends slowly is asked for few uploads at a time', async () => {
    const slow: ServerResponse[] = []
    const asked = { heads: 0, gets: 0, isSlow: true }
    const { store } = await openStore((request, response) => {
      if (!request.url?.includes('/uploads/')) return void response.end(EMPTY_LIST)
      response.writeHead(200, { etag: '"1"', 'content-length': 13 })
      if (request.method === 'HEAD') {
        asked.heads += 1
        response.end()
        return
      }
      asked.gets += 1
      if (!asked.isSlow) return void response.end('what was read')
      response.flushHeaders()
      slow.push(response)
    })
    const staging = Array.from({ length: 12 }, (_, index) =>
      store.direct!.stage(`upload-${index}`, { bytes: 13, signal }),
    )
    await expect.poll(() => asked.heads).toBe(12)
    await new Promise((done) => setTimeout(done, 300))
    const before = asked.gets
    asked.isSlow = false
    for (const response of slow) response.end('what was read')
    for (const staged of await Promise.all(staging)) await staged!.discard()
    expect([before, asked.gets]).toEqual([4, 12])
  })

  it('that lets nobody read is reported by the doctor, which leaves nothing in it', async () => {
    const objects = new Map<string, string>()
    const { endpoint } = await serve((request, response) => {
      const isObject = request.url!.includes('/blobs/')
      if (request.method === 'GET' && isObject) return refuse(response, 403, 'AccessDenied')
      if (request.method === 'PUT') objects.set(request.url!.slice('/videos/'.length), 'bytes')
      answerFrom(objects, 'honours', request, response)
    })
    const env = { S3_ENDPOINT: endpoint, S3_BUCKET: 'videos', S3_ACCESS_KEY_ID: 'id' }
    const config = loadConfig({ env: { ...env, S3_SECRET_ACCESS_KEY: 'key' } })
    await expect(tryBucket(config, signal)).rejects.toThrow('AccessDenied')
    expect(objects.size).toBe(0)
  })

  it('that is away at the start is named, with its address', async () => {
    const opening = openStore((request) => request.socket.destroy())
    await expect(opening).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(opening).rejects.toThrow('S3_ENDPOINT')
  })

  it('that fails while it joins the parts says so in a 200', async () => {
    const server = await serve((_request, response) => {
      response
        .writeHead(200)
        .end('<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>no</Message></Error>')
    })
    const completing = clientOf(server).call({ method: 'POST', key: 'a', signal })
    await expect(completing).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})

async function openStore(answer: Answer) {
  const folder = await createTestFolder()
  const store = await openS3BlobStore({
    ...{ s3: await serve(answer), folder: folder.path('copies'), owner: 'me' },
    ...{ cacheMaxBytes: 1e9, useMs: 60_000 },
    newToken: () => crypto.randomUUID(),
    onDamage: () => {},
  })
  onTestFinished(() => store.close())
  return { store }
}

function clientOf(options: S3Options): S3Client {
  const http = createServiceClient({
    ...{ connections: 4, connectTimeoutMs: 10_000, idleTimeoutMs: 30_000 },
  })
  onTestFinished(() => http.close())
  return new S3Client(options, http)
}

async function serve(answer: Answer): Promise<S3Options> {
  const server = createServer(answer)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as { readonly port: number }
  const endpoint = `http://127.0.0.1:${port}`
  return {
    ...{ endpoint, publicEndpoint: endpoint, bucket: 'videos', region: 'us-east-1' },
    ...{ accessKeyId: 'id', secretAccessKey: 'key', sessionToken: null },
    ...{ pathStyle: true, prefix: '' },
  }
}

function refuse(response: ServerResponse, status: number, code: string, headers = {}): void {
  response
    .writeHead(status, headers)
    .end(`<Error><Code>${code}</Code><Message>for the test</Message></Error>`)
}

function keyOf(content: string): string {
  const sha256 = createHash('sha256').update(content).digest('hex')
  return `blobs/${sha256.slice(0, 2)}/${sha256}`
}

/** A bucket in memory. @param conditions what it does with the condition of a DELETE */
function answerFrom(
  objects: Map<string, string>,
  conditions: 'ignores' | 'honours' | 'rejects',
  { method, url = '', headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const [, , ...path] = new URL(url, 'http://bucket').pathname.split('/')
  const key = path.join('/')
  const copied = headers['x-amz-copy-source']
  const stored = objects.get(typeof copied === 'string' ? copied.replace('/videos/', '') : key)
  if (key === '') return void response.end(EMPTY_LIST)
  if (stored === undefined) return void response.writeHead(404).end()
  const etag = `"${createHash('md5').update(stored).digest('hex')}"`
  if (method === 'PUT') objects.set(key, stored)
  if (method !== 'DELETE') {
    response.writeHead(200, { etag, 'content-length': method === 'PUT' ? 0 : stored.length })
    return void response.end(method === 'GET' ? stored : undefined)
  }
  const condition = headers['if-match']
  if (condition !== undefined && conditions === 'rejects') refuse(response, 501, 'NotImplemented')
  else if (condition !== undefined && conditions === 'honours' && condition !== etag) {
    refuse(response, 412, 'PreconditionFailed')
  } else {
    objects.delete(key)
    response.writeHead(204).end()
  }
}

async function* pieces(content: string): AsyncGenerator<Buffer> {
  yield Buffer.from(content)
}
