// Faults 33 to 36: a redirect is a new URL from a stranger.
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type HitCounter, startHttpServer, startTlsServer } from '../support/hit-counter.ts'
import { TEST_CERTIFICATE, TEST_CERTIFICATE_HOST } from '../support/test-certificate.ts'
import { createLocalFetch } from './net-local-fetch.ts'

let server: HitCounter
let requested: string[]

/** `/N` counts down to the body, `/loop` never ends, any other path redirects to what its query says. */
beforeEach(async () => {
  requested = []
  server = await startHttpServer((request, response) => {
    requested.push(request.url!)
    const { pathname, searchParams } = new URL(request.url!, 'http://server')
    const hopsLeft = Number(pathname.slice(1))
    const status = Number(searchParams.get('status') ?? 302)
    if (pathname === '/loop') response.writeHead(301, { location: '/loop' }).end()
    else if (hopsLeft > 0) response.writeHead(status, { location: `/${hopsLeft - 1}` }).end('moved')
    else if (hopsLeft === 0) response.end('hello')
    else response.writeHead(status, { location: searchParams.get('to')! }).end()
  })
})
afterEach(() => server.close())

const redirectTo = (location: string, status = 302) =>
  server.url(`/go?status=${status}&to=${encodeURIComponent(location)}`)

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('with status %i is followed', async (status) => {
    const { fetch } = await createLocalFetch({ servers: [server] })
    await expect(fetch(server.url(`/1?status=${status}`))).resolves.toMatchObject({ bytes: 5 })
  })

  it.each([
    [302, 'metadata', 'http://169.254.169.254/latest/meta-data/'],
    [307, 'a private address', 'http://10.0.0.1/'],
    [308, 'loopback in IPv6', 'http://[::1]/'],
    [303, 'a port that is not allowed', 'http://127.0.0.1:6379/'],
    [301, 'credentials', 'http://user:secret@127.0.0.1/'],
  ])('fault 33: %i to %s is refused', async (status, _what, location) => {
    const { fetch, folder } = await createLocalFetch({ servers: [server] })
    const fetched = fetch(redirectTo(location, status))
    await expect(fetched).rejects.toMatchObject({ code: 'url_forbidden_redirect' })
    expect(server.connections).toBe(1)
    expect(await folder.names()).toEqual([])
  })

  it('fault 34: is followed five times and not six', async () => {
    const { fetch } = await createLocalFetch({ servers: [server] })
    await expect(fetch(server.url('/5'))).resolves.toMatchObject({ bytes: 5 })
    requested = []
    await expect(fetch(server.url('/6'))).rejects.toMatchObject({ code: 'url_too_many_redirects' })
    expect(requested).toEqual(['/6', '/5', '/4', '/3', '/2', '/1'])
  })

  it('fault 34: in a loop ends', async () => {
    const { fetch } = await createLocalFetch({ servers: [server] })
    const fetched = fetch(server.url('/loop'))
    await expect(fetched).rejects.toMatchObject({ code: 'url_too_many_redirects' })
    expect(server.connections).toBe(6)
  })

  it.each([
    '//10.0.0.1/evil',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'data:text/plain,hello',
    'gopher://127.0.0.1:6379/_INFO',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/info',
    'javascript:0',
    'http://',
  ])('fault 36: to %s is refused', async (location) => {
    const { fetch } = await createLocalFetch({ servers: [server] })
    const fetched = fetch(redirectTo(location))
    await expect(fetched).rejects.toMatchObject({ code: 'url_forbidden_redirect' })
    expect(server.connections).toBe(1)
  })

  it('without a location is an error of the server', async () => {
    const silent = await startHttpServer((_request, response) => response.writeHead(302).end())
    const { fetch } = await createLocalFetch({ servers: [silent] })
    await expect(fetch(silent.url())).rejects.toMatchObject({ code: 'url_http_error' })
    await silent.close()
  })

  it('to a path that is not escaped means UTF-8', async () => {
    const target = '/0?name=Grüße'
    const raw = Buffer.from(target).toString('latin1')
    const { fetch } = await createLocalFetch({ servers: [server] })
    await fetch(redirectTo(raw))
    expect(requested.at(-1)).toBe(new URL(target, 'http://x').href.slice('http://x'.length))
  })
})

describe('over TLS', () => {
  let secure: HitCounter
  let seenNames: unknown[]
  const ownCertificates = getCACertificates()

  beforeAll(async () => {
    setDefaultCACertificates([...ownCertificates, TEST_CERTIFICATE])
    seenNames = []
    secure = await startTlsServer((request, response) => {
      seenNames.push((request.socket as import('node:tls').TLSSocket).servername)
      if (request.url === '/down') response.writeHead(302, { location: server.url('/0') }).end()
      else response.end('secure')
    })
  })
  afterAll(async () => {
    setDefaultCACertificates(ownCertificates)
    await secure.close()
  })

  const secureUrl = (host: string, path: string) => `https://${host}:${secure.port}${path}`

  it('the name of the URL is asked for and verified, at the address that was checked', async () => {
    const { fetch } = await createLocalFetch({ servers: [secure] })
    await expect(fetch(secureUrl(TEST_CERTIFICATE_HOST, '/'))).resolves.toMatchObject({ bytes: 6 })
    expect(seenNames).toEqual([TEST_CERTIFICATE_HOST])
  })

  it.each(['other.test', '127.0.0.1'])(
    'a certificate for another host than %s is refused',
    async (host) => {
      const { fetch } = await createLocalFetch({ servers: [secure] })
      await expect(fetch(secureUrl(host, '/'))).rejects.toMatchObject({ code: 'url_unreachable' })
    },
  )

  it('fault 35: a redirect from https to http is refused', async () => {
    const { fetch } = await createLocalFetch({ servers: [secure, server] })
    const fetched = fetch(secureUrl(TEST_CERTIFICATE_HOST, '/down'))
    await expect(fetched).rejects.toMatchObject({ code: 'url_forbidden_redirect' })
    expect(server.connections).toBe(0)
  })
})
