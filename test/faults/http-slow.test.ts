// Faults 51 to 53, 60 and 61: callers that are slow on purpose, with the times of the limits made short.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { head, openRaw, parseRaw } from '../support/raw-http.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'
import { createVideoRenderer } from '../support/video-renderer.ts'

const PATIENCE_MS = 600
const VIDEO_BYTES = 40_000_000

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub({
    env: {
      INFINITETALK_LIMIT_HEADER_TIMEOUT_MS: String(PATIENCE_MS),
      INFINITETALK_LIMIT_BODY_IDLE_TIMEOUT_MS: String(PATIENCE_MS),
      INFINITETALK_LIMIT_READER_IDLE_TIMEOUT_MS: String(PATIENCE_MS),
    },
    renderer: createVideoRenderer(VIDEO_BYTES),
  })
})
afterAll(() => hub.stop())

/** Sends one byte now and then until the connection closes. */
async function drip(write: (byte: string) => void, closed: Promise<unknown>): Promise<void> {
  let open = true
  void closed.then(() => {
    open = false
  })
  while (open) {
    write('a')
    await sleep(50)
  }
}

describe('a slow caller', () => {
  it('fault 51: 500 connections that send a header byte by byte are closed, and others answered meanwhile', async () => {
    const connections = Array.from({ length: 500 }, () => openRaw(hub.url))
    for (const connection of connections)
      connection.write('GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ')
    const drips = connections.map(({ write, closed }) => drip(write, closed))
    for (let count = 0; count < 10; count += 1) {
      expect((await hub.fetch('/livez')).status).toBe(200)
    }
    const answers = await Promise.all(connections.map(({ closed }) => closed))
    await Promise.all(drips)
    for (const answer of answers.slice(0, 5)) {
      expect(parseRaw(answer)).toMatchObject({ status: 408, body: { code: 'request_timeout' } })
    }
  })

  it.each([
    ['/v1/jobs', { 'Content-Type': 'application/json' }],
    ['/v1/jobs', { 'Content-Type': 'multipart/form-data; boundary=x' }],
    ['/generate', { 'Content-Type': 'application/json' }],
  ])('fault 52: that sends the body of %s byte by byte gets 408', async (path, headers) => {
    const connection = openRaw(hub.url)
    connection.write(head(path, { ...headers, 'Content-Length': '100000' }))
    const dripping = drip(connection.write, connection.closed)
    const answer = parseRaw(await connection.closed)
    await dripping
    expect(answer).toMatchObject({ status: 408, body: { code: 'request_timeout' } })
  })

  it('fault 52: that sends a file byte by byte gets 408, and may send it again', async () => {
    const file = await (await hub.fetch('/v1/files', { method: 'POST' })).json()
    const path = new URL((file as { upload_url: string }).upload_url).pathname
    const connection = openRaw(hub.url)
    connection.write(head(path, { 'Content-Length': '100000' }).replace('POST', 'PUT'))
    const dripping = drip(connection.write, connection.closed)
    expect(parseRaw(await connection.closed).status).toBe(408)
    await dripping
    expect((await hub.fetch(path, { method: 'PUT', body: 'whole' })).status).toBe(200)
  })

  it('fault 52: that hangs up in the middle of a body leaves nothing', async () => {
    const connection = openRaw(hub.url)
    connection.write(
      head('/v1/jobs', { 'Content-Type': 'application/json', 'Content-Length': '99' }),
    )
    connection.write('{"image":')
    connection.socket.end()
    await connection.closed
    expect((await (await hub.fetch('/v1/jobs')).json()) as object).toMatchObject({ data: [] })
  })

  it.each([17_000, 1_000_000])('fault 53: with a header of %i bytes gets 431', async (bytes) => {
    const connection = openRaw(hub.url)
    connection.write(head('/v1/jobs', { 'X-Long': 'a'.repeat(bytes) }))
    const answer = parseRaw(await connection.closed)
    expect(answer).toMatchObject({ status: 431, body: { code: 'header_too_large' } })
  })

  it('that speaks no HTTP is told so', async () => {
    const connection = openRaw(hub.url)
    connection.write('\x16\x03\x01 hello\r\n\r\n')
    expect(parseRaw(await connection.closed)).toMatchObject({
      status: 400,
      body: { code: 'request_malformed' },
    })
  })
})

describe('a slow reader', () => {
  it('fault 60: of a video that stops reading is cut off', async () => {
    const id = await hub.submit()
    await hub.ended(id)
    const connection = openRaw(hub.url)
    connection.write(`GET /v1/jobs/${id}/video HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    connection.socket.pause()
    const cut = () =>
      hub.events.find((event) => event.type === 'http.answered' && event.operation === 'getVideo')
    await expect.poll(cut, { timeout: PATIENCE_MS * 10 }).toBeDefined()
    connection.socket.destroy()
    const whole = await hub.fetch(`/v1/jobs/${id}/video`)
    expect((await whole.arrayBuffer()).byteLength).toBe(VIDEO_BYTES)
  })

  it('fault 61: of events that never reads is cut off once its buffer is full', async () => {
    const flood = await startTestHub({
      env: { INFINITETALK_LIMIT_READER_IDLE_TIMEOUT_MS: String(PATIENCE_MS) },
      works: false,
    })
    await using _flood = flood
    const id = await flood.submit()
    const events = async function* () {
      for (;;) {
        yield {
          jobId: id as never,
          sequence: 1,
          attempt: 0,
          atMs: 0,
          body: {
            type: 'failed',
            error: {
              code: 'internal_error',
              detail: 'x'.repeat(10_000),
              pointer: null,
              node: null,
            },
          },
        } as const
        pulled += 1
        await sleep(0)
      }
    }
    let pulled = 0
    Object.assign(flood.hub.jobs, { events })
    const connection = openRaw(flood.url)
    connection.write(`GET /v1/jobs/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    connection.socket.pause()
    const cut = () =>
      flood.events.find(
        (event) => event.type === 'http.answered' && event.operation === 'streamEvents',
      )
    await expect.poll(cut).toBeDefined()
    const pulledThen = pulled
    await sleep(50)
    // Nobody goes on pulling events for a reader that is gone.
    expect(pulled - pulledThen).toBeLessThanOrEqual(1)
    connection.socket.destroy()
  })
})
