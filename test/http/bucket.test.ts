// A hub whose inputs and videos are in a bucket: they are sent by the hub, or by links to the bucket.
import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bucketVariables, describeS3, type S3Server, startS3 } from '../support/s3-server.ts'
import { startTestHub } from '../support/test-hub.ts'

describeS3('a hub with a bucket', () => {
  let server: S3Server
  beforeAll(async () => {
    server = await startS3('nanio')
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('keeps nothing in its data folder that it cannot lose', async () => {
    await using hub = await startTestHub({ env: bucketVariables(await server.createBucket()) })
    const id = await hub.submit()
    const job = await hub.ended(id)
    expect(job).toMatchObject({ status: 'succeeded' })
    const path = `/v1/jobs/${id}/video`
    const whole = Buffer.from(await (await hub.fetch(path)).arrayBuffer())
    const copies = join(hub.dataDir, 'blob-copies')
    for (const name of await readdir(copies)) {
      if (name !== 'staging') await rm(join(copies, name), { recursive: true })
    }
    const again = await hub.fetch(path)
    expect(Buffer.from(await again.arrayBuffer()).equals(whole)).toBe(true)
    const digest = createHash('sha256').update(whole).digest('base64')
    expect(again.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`)
    const part = await hub.fetch(path, { headers: { range: 'bytes=10-19' } })
    expect(part.status).toBe(206)
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(10, 20))
    expect((await hub.fetch(`/v1/jobs/${id}`, { method: 'DELETE' })).ok).toBe(true)
    expect(await hub.hub.status.storage()).toMatchObject({ files: 0, bytes: 0 })
  })

  it('leads a caller to the bucket when it is told so, and its page may follow', async () => {
    const options = await server.createBucket()
    const env = { ...bucketVariables(options), S3_REDIRECT_VIDEOS: 'true', S3_LINK_LIFE: '90s' }
    await using hub = await startTestHub({ env })
    const id = await hub.submit()
    await hub.ended(id)
    const path = `/v1/jobs/${id}/video`
    const answer = await hub.fetch(`${path}?download=1`, { redirect: 'manual' })
    expect(answer.status).toBe(302)
    const link = new URL(answer.headers.get('location') ?? '')
    expect(link.origin).toBe(options.endpoint)
    expect(link.searchParams.get('X-Amz-Expires')).toBe('90')
    expect(link.searchParams.get('response-content-type')).toBe('video/mp4')
    expect(link.searchParams.get('response-content-disposition')).toBe(
      `attachment; filename="${id}.mp4"`,
    )
    const video = Buffer.from(await (await fetch(link)).arrayBuffer())
    // A bucket rejects names beyond ASCII, unless they are encoded (RFC 6266).
    const changes = { method: 'PATCH', body: JSON.stringify({ metadata: { title: 'Šárka' } }) }
    const json = { 'content-type': 'application/json' }
    expect((await hub.fetch(`/v1/jobs/${id}`, { ...changes, headers: json })).ok).toBe(true)
    const named = await hub.fetch(`${path}?download=1`, { redirect: 'manual' })
    const nameIn = new URL(named.headers.get('location') ?? '').searchParams
    expect(nameIn.get('response-content-disposition')).toBe(
      `attachment; filename="__rka.mp4"; filename*=UTF-8''%C5%A0%C3%A1rka.mp4`,
    )
    const head = await hub.fetch(path, { method: 'HEAD' })
    expect(head.headers.get('etag')).toBe(`"${createHash('sha256').update(video).digest('hex')}"`)
    const page = await hub.fetch('/')
    expect(page.headers.get('content-security-policy')).toContain(options.endpoint)
  })
})
