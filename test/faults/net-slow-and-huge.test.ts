// Faults 46 to 50: servers that never finish, never stop or lie about how much they send.
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, it, onTestFinished } from 'vitest'
import { type HitCounter, startHttpServer, startRawServer } from '../support/hit-counter.ts'
import { createLocalFetch } from './net-local-fetch.ts'

const HEAD = 'HTTP/1.1 200 OK\r\n'

async function serve(started: Promise<HitCounter>): Promise<HitCounter> {
  const server = await started
  onTestFinished(() => server.close())
  return server
}

/** Writes a byte every 20 ms for as long as somebody listens. */
function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write('x'), 20)
  socket.on('close', () => clearInterval(timer))
}

it.each([
  ['never answers', () => {}],
  [
    'drips its headers',
    (socket: Socket) => {
      socket.write(`${HEAD}X-Long: `)
      drip(socket)
    },
  ],
  [
    'drips its body',
    (socket: Socket) => {
      socket.write(`${HEAD}\r\n`)
      drip(socket)
    },
  ],
  [
    'stops in the middle',
    (socket: Socket) => void socket.write(`${HEAD}Content-Length: 9\r\n\r\nhalf`),
  ],
])('fault 46: a server that %s is given up when it stalls', async (_what, behave) => {
  const server = await serve(startRawServer((socket) => socket.once('data', () => behave(socket))))
  const limits = { fetchIdleTimeoutMs: 200, fetchTimeoutMs: 60_000 }
  const { fetch, folder } = await createLocalFetch({ servers: [server], limits })
  await expect(fetch(server.url())).rejects.toMatchObject({ code: 'url_timeout' })
  expect(await folder.names()).toEqual([])
})

it('fault 46: a server fast enough not to stall still has a deadline', async () => {
  const server = await serve(
    startHttpServer((_request, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(2048)), 20)
      response.on('close', () => clearInterval(timer))
    }),
  )
  const limits = { fetchIdleTimeoutMs: 200, fetchTimeoutMs: 500 }
  const { fetch, folder } = await createLocalFetch({ servers: [server], limits })
  await expect(fetch(server.url())).rejects.toMatchObject({ code: 'url_timeout' })
  expect(await folder.names()).toEqual([])
})

it('fault 47: a body without end is cut off at the limit', async () => {
  let sentBytes = 0
  const server = await serve(
    startHttpServer((_request, response) => {
      const block = Buffer.alloc(64 * 1024)
      const send = (): void => {
        while (!response.destroyed && response.write(block)) sentBytes += block.length
      }
      response.on('drain', send)
      send()
    }),
  )
  const maxBytes = 1_000_000
  const { fetch, folder } = await createLocalFetch({ servers: [server], maxBytes })
  await expect(fetch(server.url())).rejects.toMatchObject({ code: 'input_too_large' })
  expect(await folder.names()).toEqual([])
  // The buffers of both sockets hold bytes that were sent and never read.
  expect(sentBytes).toBeLessThan(maxBytes + 16_000_000)
})

it('fault 47: a body of exactly the limit is taken, one byte more is not', async () => {
  const server = await serve(
    startHttpServer(({ url }, response) => {
      response.write('x'.repeat(Number(url!.slice(1))))
      response.end()
    }),
  )
  const { fetch } = await createLocalFetch({ servers: [server], maxBytes: 1000 })
  await expect(fetch(server.url('/1000'))).resolves.toMatchObject({ bytes: 1000 })
  await expect(fetch(server.url('/1001'))).rejects.toMatchObject({ code: 'input_too_large' })
})

it('fault 48: an announced length above the limit is refused before the body', async () => {
  const server = await serve(
    startRawServer((socket) => void socket.write(`${HEAD}Content-Length: 1001\r\n\r\n`)),
  )
  const { fetch } = await createLocalFetch({ servers: [server], maxBytes: 1000 })
  await expect(fetch(server.url())).rejects.toMatchObject({
    code: 'input_too_large',
    meta: { announcedBytes: 1001, maxBytes: 1000 },
  })
})

it('fault 48: a body shorter than announced leaves no file', async () => {
  const server = await serve(
    startRawServer((socket) => void socket.end(`${HEAD}Content-Length: 10\r\n\r\nshort`)),
  )
  const { fetch, folder } = await createLocalFetch({ servers: [server] })
  await expect(fetch(server.url())).rejects.toMatchObject({ code: 'url_http_error' })
  expect(await folder.names()).toEqual([])
})

it('fault 48: a body longer than announced ends where it was announced to end', async () => {
  const server = await serve(
    startRawServer(
      (socket) => void socket.write(`${HEAD}Content-Length: 5\r\n\r\nhello, and more`),
    ),
  )
  const { fetch, folder } = await createLocalFetch({ servers: [server] })
  await expect(fetch(server.url())).resolves.toMatchObject({ bytes: 5 })
  expect(await readFile(folder.path('body'), 'utf8')).toBe('hello')
})

it.each([
  'Content-Length: -1',
  'Content-Length: 1e9',
  'Content-Length: 5\r\nContent-Length: 6',
  'Content-Length: 5\r\nTransfer-Encoding: chunked',
])('fault 48: a length that makes no sense is refused: %j', async (headers) => {
  const server = await serve(
    startRawServer((socket) => void socket.end(`${HEAD}${headers}\r\n\r\nhello`)),
  )
  const { fetch, folder } = await createLocalFetch({ servers: [server] })
  await expect(fetch(server.url())).rejects.toMatchObject({ code: 'url_http_error' })
  expect(await folder.names()).toEqual([])
})

it.each(['gzip', 'GZIP', 'br', 'deflate', 'zstd', 'identity, gzip', 'aes128gcm'])(
  'fault 49: a body encoded as %s is refused unread, though none was asked for',
  async (encoding) => {
    let asked: unknown
    const server = await serve(
      startHttpServer((request, response) => {
        asked = request.headers['accept-encoding']
        response.setHeader('content-encoding', encoding)
        response.end(gzipSync(Buffer.alloc(10_000_000)))
      }),
    )
    const { fetch, folder } = await createLocalFetch({ servers: [server] })
    await expect(fetch(server.url())).rejects.toMatchObject({ code: 'url_encoding_refused' })
    expect(asked).toBe('identity')
    expect(await folder.names()).toEqual([])
  },
)

it('fault 50: a million chunks of one byte arrive whole, in time and in little memory', async () => {
  const chunks = 1_000_000
  const server = await serve(
    startRawServer((socket) => {
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`)
      socket.write('1\r\nx\r\n'.repeat(chunks))
      socket.end('0\r\n\r\n')
    }),
  )
  const { fetch, folder } = await createLocalFetch({ servers: [server], maxBytes: chunks })
  const rssBefore = process.memoryUsage.rss()
  await expect(fetch(server.url())).resolves.toMatchObject({ bytes: chunks })
  expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(200_000_000)
  expect(await readFile(folder.path('body'), 'latin1')).toBe('x'.repeat(chunks))
})

it('fault 50: tiny chunks are counted like any others', async () => {
  const server = await serve(
    startRawServer((socket) => {
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(2000)}`)
    }),
  )
  const { fetch, folder } = await createLocalFetch({ servers: [server], maxBytes: 1000 })
  await expect(fetch(server.url())).rejects.toMatchObject({ code: 'input_too_large' })
  expect(await folder.names()).toEqual([])
})
