// Files on their way to a hub and videos on their way back, over connections that break: what arrives is right, or an error.
import { openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createClient } from '../../packages/client/src/index.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { FILE_ID, JOB_ID, sha256Of, succeededJob } from './samples.ts'
import {
  createScriptedHub,
  cut,
  type ScriptedHub,
  type SeenRequest,
  sendJson,
  sendProblem,
} from './scripted-hub.ts'

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251))
const CREATE = 'POST /v1/files'
const PUT = `PUT /v1/files/${FILE_ID}/content`
const VIDEO = `/v1/jobs/${JOB_ID}/video`

/** Answers everything about a file but the PUT itself. */
async function fileHub(
  put: (request: SeenRequest, response: ServerResponse, earlier: number) => void,
  uploadOrigin = '',
): Promise<ScriptedHub> {
  return createScriptedHub((request, response, earlier) => {
    const upload_url = `${uploadOrigin}/v1/files/${FILE_ID}/content`
    if (request.line === PUT) put(request, response, earlier)
    else sendJson(response, { id: FILE_ID, upload_url, status: 'ready' }, 201)
  })
}

describe('an upload', () => {
  it('sends the bytes, their size and their digest, and tells how far it is', async () => {
    const hub = await fileHub((_, response) => response.writeHead(204).end())
    const progress: number[] = []
    const file = new File([BYTES], 'voice.wav', { type: 'audio/wav' })
    const { id } = await hub.client.files.upload(file, {
      onProgress: ({ sentBytes, totalBytes }) => {
        expect(totalBytes).toBe(BYTES.length)
        progress.push(sentBytes)
      },
    })
    expect(id).toBe(FILE_ID)
    expect(JSON.parse(String(hub.to(CREATE)[0]?.body))).toEqual({
      content_type: 'audio/wav',
      filename: 'voice.wav',
      bytes: BYTES.length,
    })
    const digest = Buffer.from(sha256Of(BYTES), 'hex').toString('base64')
    expect(hub.to(PUT)[0]?.headers).toMatchObject({
      'content-type': 'audio/wav',
      'content-digest': `sha-256=:${digest}:`,
    })
    expect(hub.to(PUT)[0]?.body.equals(BYTES)).toBe(true)
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
    expect([progress[0], progress.at(-1)]).toEqual([0, BYTES.length])
  })

  it('takes a file of the disk, bytes, and any stream of bytes', async () => {
    const folder = await createTestFolder()
    await writeFile(folder.path('a.bin'), BYTES)
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield BYTES.subarray(0, 1000)
      yield BYTES.subarray(1000)
    }
    const hub = await fileHub((_, response) => response.writeHead(204).end())
    const blob = await openAsBlob(folder.path('a.bin'))
    for (const content of [blob, new Uint8Array(BYTES), blob.stream(), pieces()]) {
      await hub.client.files.upload(content)
    }
    expect(hub.to(PUT).map(({ body }) => body.equals(BYTES))).toEqual([true, true, true, true])
  })

  it('of a Blob is sent again when the connection breaks', async () => {
    const hub = await fileHub((_, response, earlier) => {
      if (earlier === 0) cut(response)
      else response.writeHead(204).end()
    })
    await hub.client.files.upload(new Blob([BYTES]))
    expect(hub.to(PUT)).toHaveLength(2)
    expect(hub.to(PUT)[1]?.body.equals(BYTES)).toBe(true)
  })

  it('is done when only the answer was lost', async () => {
    const hub = await fileHub((_, response, earlier) => {
      if (earlier === 0) cut(response)
      else sendProblem(response, 409, { code: 'file_already_written' })
    })
    expect((await hub.client.files.upload(new Blob([BYTES]))).status).toBe('ready')
  })

  it('of a stream is not sent again: it can be read only once', async () => {
    const hub = await fileHub((_, response) => response.writeHead(503).end())
    const failed = hub.client.files.upload(new Blob([BYTES]).stream())
    await expect(failed).rejects.toMatchObject({ status: 503 })
    expect(hub.to(PUT)).toHaveLength(1)
  })

  it('of any size takes little memory', async () => {
    const sink = createServer(async (request, response) => {
      let bytes = 0
      for await (const piece of request) {
        bytes += piece.length
        peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers)
      }
      sentBytes = Math.max(sentBytes, bytes)
      sendJson(response, { id: FILE_ID, upload_url: '/' })
    })
    let sentBytes = 0
    let peakBytes = 0
    await new Promise<void>((done) => sink.listen(0, '127.0.0.1', done))
    onTestFinished(() => void sink.close())
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < 1600; piece++) yield new Uint8Array(250_000)
    }
    const { port } = sink.address() as AddressInfo
    await createClient({ baseUrl: `http://127.0.0.1:${port}` }).files.upload(pieces())
    expect(sentBytes).toBe(400_000_000)
    expect(peakBytes).toBeLessThan(200_000_000)
  })

  it('never shows the token to another host', async () => {
    const store = await createScriptedHub((_, response) => {
      response.writeHead(200).end()
    })
    const hub = await fileHub((_, response) => response.end(), store.url)
    const client = createClient({ baseUrl: hub.url, token: 'secret' })
    await client.files.upload(new Blob([BYTES]))
    expect(hub.to(CREATE)[0]?.headers.authorization).toBe('Bearer secret')
    expect(store.to(PUT)[0]?.headers.authorization).toBeUndefined()
  })
})

const job = succeededJob(BYTES)
const ETAG = `"${sha256Of(BYTES)}"`

/** A hub's answer to a video, whole or from the place that was asked for. */
function sendVideo(
  headers: IncomingMessage['headers'],
  response: ServerResponse,
  { content = BYTES, cutAfter = Number.POSITIVE_INFINITY } = {},
): void {
  const start = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
  const part = content.subarray(start)
  const of = `bytes ${start}-${content.length - 1}/${content.length}`
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': part.length,
    etag: ETAG,
    ...(start > 0 ? { 'content-range': of } : {}),
  })
  if (cutAfter >= part.length) response.end(part)
  else response.write(part.subarray(0, cutAfter), () => cut(response))
}

describe('a download', () => {
  it('gives the video as a Blob whose hash was checked', async () => {
    const { client } = await createScriptedHub((request, response) =>
      sendVideo(request.headers, response),
    )
    const blob = await client.download(job)!.blob()
    expect(blob.type).toBe('video/mp4')
    expect(Buffer.from(await blob.arrayBuffer()).equals(BYTES)).toBe(true)
  })

  it('goes on where the connection was cut, with the same video only', async () => {
    const hub = await createScriptedHub((request, response, earlier) =>
      sendVideo(request.headers, response, earlier < 2 ? { cutAfter: 70_000 } : {}),
    )
    const stream = hub.client.download(job)!.stream()
    expect(Buffer.from(await new Response(stream).arrayBuffer()).equals(BYTES)).toBe(true)
    expect(hub.requests.map(({ headers }) => headers.range !== undefined)).toEqual([
      false,
      true,
      true,
    ])
    expect(hub.requests[1]?.headers['if-range']).toBe(ETAG)
  })

  it('is refused when its hash is another', async () => {
    const other = Buffer.alloc(BYTES.length, 1)
    const hub = await createScriptedHub((request, response) =>
      sendVideo(request.headers, response, { content: other }),
    )
    await expect(hub.client.download(job)!.blob()).rejects.toMatchObject({
      code: 'download_damaged',
    })
  })

  it('is refused when it is of another length, before it is read', async () => {
    const hub = await createScriptedHub((request, response) =>
      sendVideo(request.headers, response, { content: BYTES.subarray(1) }),
    )
    await expect(hub.client.download(job)!.blob()).rejects.toMatchObject({
      code: 'download_damaged',
    })
  })

  it('is not taken for complete when it just stops', async () => {
    const hub = await createScriptedHub((_, response) => {
      // Chunked: nothing says how much there should have been.
      response.write(BYTES.subarray(0, 1000))
      response.end()
    })
    await expect(hub.client.download(job)!.blob()).rejects.toThrow()
  })

  it('ends with a timeout when the server falls silent, and not when the reader does', async () => {
    const hub = await createScriptedHub(
      (request, response) => {
        if (request.headers.range === undefined) sendVideo(request.headers, response)
        else response.writeHead(206, { 'content-range': 'bytes 1-2/3' }).write('x')
      },
      { timeoutMs: 400, maxRetries: 0 },
    )
    const slow = (await hub.client.jobs.video(JOB_ID)).stream.getReader()
    const first = await slow.read()
    await new Promise((done) => setTimeout(done, 700))
    let bytes = first.value?.byteLength ?? 0
    for (let next = await slow.read(); !next.done; next = await slow.read()) {
      bytes += next.value.byteLength
    }
    expect(bytes).toBe(BYTES.length)
    const silent = await hub.client.jobs.video(JOB_ID, { range: { start: 1 } })
    await expect(new Response(silent.stream).text()).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('says which part it is', async () => {
    const hub = await createScriptedHub((request, response) => sendVideo(request.headers, response))
    const { stream, ...answer } = await hub.client.jobs.video(JOB_ID, { range: { start: 1000 } })
    await stream.cancel()
    expect(hub.to(`GET ${VIDEO}`)[0]?.headers.range).toBe('bytes=1000-')
    expect(answer).toEqual({
      start: 1000,
      bytes: BYTES.length - 1000,
      totalBytes: BYTES.length,
      etag: ETAG,
      contentType: null,
    })
  })
})
