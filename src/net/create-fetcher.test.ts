import { readFile, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HitCounter, startHttpServer } from '../../test/support/hit-counter.ts'
import { createTestFolder, type TestFolder } from '../../test/support/test-folder.ts'
import type { FetchRequest } from '../app/ports/fetcher.ts'
import { DEFAULT_LIMITS } from '../domain/limits.ts'
import { createFetcher, type FetcherOptions } from './create-fetcher.ts'

let server: HitCounter
let folder: TestFolder
let seenHeaders: IncomingHttpHeaders
let onHang: () => void

beforeEach(async () => {
  folder = await createTestFolder()
  server = await startHttpServer((request, response) => {
    seenHeaders = request.headers
    if (request.url === '/empty') response.end()
    else if (request.url === '/hang') response.write('half', () => onHang())
    else if (request.url === '/silent') onHang()
    else if (request.url?.startsWith('/status/'))
      response.writeHead(Number.parseInt(request.url.slice(8), 10)).end('x')
    else {
      response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': 5 })
      response.end('hello')
    }
  })
})
afterEach(() => server.close())

function fetch(request: Partial<FetchRequest>, options: Partial<FetcherOptions> = {}) {
  const fetcher = createFetcher({
    limits: DEFAULT_LIMITS,
    allowPrivateAddresses: ['127.0.0.0/8'],
    extraPorts: [server.port],
    ...options,
  })
  return fetcher.fetchToFile({
    url: server.url(),
    toPath: folder.path('voice'),
    maxBytes: 1000,
    signal: AbortSignal.timeout(10_000),
    ...request,
  })
}

describe('a download', () => {
  it('leaves the whole file under its name, and no other file', async () => {
    const fetched = await fetch({})
    expect(fetched).toEqual({ path: folder.path('voice'), bytes: 5, contentType: 'audio/wav' })
    expect(await readFile(folder.path('voice'), 'utf8')).toBe('hello')
    expect(await folder.names()).toEqual(['voice'])
  })

  it('reports its progress', async () => {
    const progress: (number | null)[][] = []
    await fetch({ onProgress: (received, total) => progress.push([received, total]) })
    expect(progress.at(-1)).toEqual([5, 5])
  })

  it('identifies itself, and sends no other headers', async () => {
    await fetch({})
    expect(seenHeaders).toEqual({
      host: `127.0.0.1:${server.port}`,
      connection: 'close',
      'user-agent': expect.stringMatching(/^infinitetalk-hub\/\d+\.\d+\.\d+/),
      accept: '*/*',
      'accept-encoding': 'identity',
    })
  })

  it('tries the next address when the first does not answer', async () => {
    const onlyHere = await startHttpServer(
      (_request, response) => response.end('here'),
      '127.0.0.1',
    )
    const url = `http://media.test:${onlyHere.port}/`
    const resolve = async () => ['127.0.0.9', '127.0.0.1']
    const fetched = fetch({ url }, { resolve, extraPorts: [onlyHere.port] })
    await expect(fetched).resolves.toMatchObject({ bytes: 4 })
    await onlyHere.close()
  })

  it('resolves names with the operating system', async () => {
    const url = `http://localhost:${server.port}/`
    await expect(
      fetch({ url }, { allowPrivateAddresses: ['127.0.0.0/8', '::1/128'] }),
    ).resolves.toMatchObject({ bytes: 5 })
  })
})

describe('a download that fails', () => {
  it.each([
    ['/empty', 'input_empty'],
    ['/status/204', 'url_http_error'],
    ['/status/206', 'url_http_error'],
    ['/status/304', 'url_http_error'],
    ['/status/404', 'url_http_error'],
    ['/status/500', 'url_http_error'],
  ])('at %s is %s, and leaves the file that was there', async (path, code) => {
    await writeFile(folder.path('voice'), 'older')
    await expect(fetch({ url: server.url(path) })).rejects.toMatchObject({ code })
    expect(await folder.names()).toEqual(['voice'])
    expect(await readFile(folder.path('voice'), 'utf8')).toBe('older')
  })

  it('because nobody listens is url_unreachable', async () => {
    const gone = await startHttpServer(() => {})
    await gone.close()
    const fetched = fetch({ url: gone.url() }, { extraPorts: [gone.port] })
    await expect(fetched).rejects.toMatchObject({ code: 'url_unreachable' })
  })

  it('because the name does not exist is url_unresolvable', async () => {
    const fetched = fetch({ url: `http://does-not-exist.invalid:${server.port}/` })
    await expect(fetched).rejects.toMatchObject({ code: 'url_unresolvable' })
  })

  it('because its folder is gone leaves no connection open', async () => {
    const toPath = folder.path('gone/voice')
    await expect(fetch({ toPath })).rejects.toMatchObject({ code: 'internal_error' })
  })

  it.each(['/hang', '/silent'])('because it was canceled (%s) stops at once', async (path) => {
    const canceling = new AbortController()
    onHang = () => canceling.abort()
    const fetched = fetch({ url: server.url(path), signal: canceling.signal })
    await expect(fetched).rejects.toMatchObject({ code: 'canceled' })
    expect(await folder.names()).toEqual([])
  })

  it('because it was canceled before it began opens nothing', async () => {
    await expect(fetch({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'canceled' })
    expect(server.connections).toBe(0)
  })

  it('because it was canceled while the name was looked up does not wait for the answer', async () => {
    const canceling = new AbortController()
    const fetched = fetch(
      { url: `http://media.test:${server.port}/`, signal: canceling.signal },
      {
        resolve: () => {
          canceling.abort()
          return new Promise(() => {})
        },
      },
    )
    await expect(fetched).rejects.toMatchObject({ code: 'canceled' })
  })

  it('never shows the query of the URL, which may be a signature', async () => {
    const url = `${server.url('/status/404')}?signature=secret`
    const error: unknown = await fetch({ url }).catch((thrown: unknown) => thrown)
    expect(JSON.stringify([error, String(error)])).not.toContain('secret')
  })
})
