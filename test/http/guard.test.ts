// The callers that a hub lets in.
import { request } from 'node:http'
import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkListeningAddress } from '../../src/http/guard-request.ts'
import { createSandbox } from '../support/run-infinitetalk.ts'
import { startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

const KEY = '0123456789abcdef'

/** A route of each kind that changes something. */
const CHANGING = [
  ['POST', '/v1/jobs'],
  ['POST', '/v1/files'],
  ['POST', '/run'],
  ['POST', '/taskqueue/talk'],
  ['POST', '/generate'],
  ['DELETE', '/v1/jobs/job_x'],
  ['PUT', '/v1/files/file_x/content'],
] as const

/** fetch() sets Host and drops repeated headers; this does not. */
function raw(
  hub: TestHub,
  path: string,
  headers: readonly (readonly [string, string])[],
  method = 'GET',
): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(hub.url)
    const all = headers.some(([name]) => name === 'Host') ? headers : [['Host', host], ...headers]
    const call = request({ hostname, port, path, method, setHost: false, headers: all.flat() })
    call.on('response', async (response) => {
      const body = (await response.toArray()).join('')
      resolve({ status: response.statusCode ?? 0, body: body === '' ? {} : JSON.parse(body) })
    })
    call.on('error', reject)
    call.end()
  })
}

describe('a hub with API keys', () => {
  let hub: TestHub
  /** A job that has its video. */
  let submitted: { readonly id: string }
  beforeAll(async () => {
    hub = await startTestHub({ env: { INFINITETALK_API_KEYS: `me:${KEY}` } })
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
    const body = JSON.stringify(await tinyRequest())
    const response = await hub.fetch('/v1/jobs', { method: 'POST', headers, body })
    submitted = (await response.json()) as { id: string }
    await hub.ended(submitted.id)
  })
  afterAll(() => hub.stop())

  it.each(['/livez', '/readyz', '/openapi.json', '/docs'])('answers %s to all', async (path) => {
    expect((await hub.fetch(path)).status).toBe(200)
  })

  it.each([
    ['none', []],
    ['a wrong one', [['Authorization', 'Bearer 0123456789abcdee']]],
    ['one in another case', [['Authorization', `Bearer ${KEY.toUpperCase()}`]]],
    ['another scheme', [['Authorization', `Basic ${KEY}`]]],
    ['an empty one', [['Authorization', 'Bearer ']]],
    [
      'two',
      [
        ['Authorization', `Bearer ${KEY}`],
        ['authorization', 'Bearer x'],
      ],
    ],
  ] as const)('fault 122: refuses %s', async (_what, headers) => {
    for (const path of ['/v1/jobs', '/v1/limits', '/metrics', '/queue/x', '/nope']) {
      const { status, body } = await raw(hub, path, headers)
      expect(status).toBe(401)
      expect(body).toMatchObject({ code: 'unauthenticated', error: expect.any(String) })
    }
  })

  it('lets the right one in, and says whose it was', async () => {
    const headers = { authorization: `bearer ${KEY}` }
    expect((await hub.fetch('/v1/jobs', { headers })).status).toBe(200)
    const seen = () =>
      hub.events.findLast((event) => event.type === 'http.answered' && event.status === 200)
    await expect.poll(seen).toMatchObject({ ownerKey: 'me', operation: 'listJobs' })
    expect(JSON.stringify(hub.events)).not.toContain(KEY)
  })

  it.each([
    ['evil.example'],
    ['evil.example:8787'],
    ['127.0.0.1.evil.example'],
    ['localhost.evil.example:80'],
    ['me@evil.example'],
  ])('14.16: does not repeat the host %s in the links that it signs', async (host) => {
    const { id } = await submitted
    const headers = [
      ['Host', host],
      ['Authorization', `Bearer ${KEY}`],
    ] as const
    const links = await Promise.all([
      raw(hub, `/v1/jobs/${id}`, headers).then(({ body }) => JSON.stringify(body)),
      raw(hub, `/queue/${id}`, headers).then(({ body }) => String(body.video_url)),
      raw(hub, `/v2/task/${id}/`, headers).then(({ body }) => JSON.stringify(body.outputs)),
      raw(hub, `/status/${id}`, headers).then(({ body }) => JSON.stringify(body)),
    ])
    for (const text of links) {
      expect(text).toContain('signature=')
      expect(text).not.toContain('evil.example')
      expect(text).toContain(`${hub.url}/v1/jobs/${id}`)
    }
  })

  it.each([
    ['localhost:1234', 'http://localhost:1234'],
    ['127.0.0.1', 'http://127.0.0.1'],
    [hostname(), `http://${hostname().toLowerCase()}`],
  ])('14.16: repeats %s, which is a name of this machine', async (host, baseUrl) => {
    const { id } = await submitted
    const headers = [
      ['Host', host],
      ['Authorization', `Bearer ${KEY}`],
    ] as const
    const { body } = await raw(hub, `/queue/${id}`, headers)
    expect(String(body.video_url).toLowerCase()).toContain(`${baseUrl}/v1/jobs/${id}/video?`)
  })

  it('14.15: lets a page of another origin change nothing, key or not', async () => {
    const headers = [
      ['Origin', 'http://localhost:3000'],
      ['Authorization', `Bearer ${KEY}`],
    ] as const
    expect(await raw(hub, '/v1/files', headers, 'POST')).toMatchObject({
      status: 403,
      body: { code: 'origin_forbidden' },
    })
  })

  it('asks for a key before it reads a body', async () => {
    const response = await hub.fetch('/v1/jobs', { method: 'POST', body: 'x'.repeat(100) })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  })
})

describe('a hub without API keys', () => {
  let hub: TestHub
  beforeAll(async () => {
    hub = await startTestHub({ works: false })
  })
  afterAll(() => hub.stop())

  it.each(['localhost', 'localhost:1234', '127.0.0.1', '127.1.2.3:80', '[::1]:8787', 'LOCALHOST'])(
    'is called %s',
    async (host) => {
      expect((await raw(hub, '/livez', [['Host', host]])).status).toBe(200)
    },
  )

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    'x@y',
    '',
  ])('is not called %j: a name may have been pointed here', async (host) => {
    const { status, body } = await raw(hub, '/v1/jobs', [['Host', host]])
    expect(status).toBe(421)
    expect(body).toMatchObject({ code: 'host_forbidden' })
  })

  it.each([
    ['another origin', [['Origin', 'https://evil.example']]],
    ['a sandboxed frame', [['Origin', 'null']]],
    ['a form of another site', [['Sec-Fetch-Site', 'cross-site']]],
    ['a form of another port', [['Sec-Fetch-Site', 'same-site']]],
  ] as const)('takes nothing from %s', async (_what, headers) => {
    const { status, body } = await raw(hub, '/v1/files', headers, 'POST')
    expect(status).toBe(403)
    expect(body).toMatchObject({ code: 'origin_forbidden' })
  })

  it.each(['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:8787', 'https://localhost'])(
    '14.15: takes nothing from a page of %s, which is another program of this machine',
    async (origin) => {
      for (const [method, path] of CHANGING) {
        expect(await raw(hub, path, [['Origin', origin]], method)).toMatchObject({
          status: 403,
          body: { code: 'origin_forbidden' },
        })
      }
    },
  )

  it('14.15: takes what a page sends that is served under its public URL or a configured origin', async () => {
    await using own = await startTestHub({
      works: false,
      env: {
        INFINITETALK_PUBLIC_URL: 'https://talk.example/hub',
        INFINITETALK_ALLOWED_ORIGINS: 'http://localhost:3000, https://studio.example:8443/',
      },
    })
    const statusFrom = async (origin: string): Promise<number> =>
      (
        await raw(
          own,
          '/v1/files',
          [
            ['Origin', origin],
            ['Content-Length', '0'],
          ],
          'POST',
        )
      ).status
    expect(await statusFrom('https://talk.example')).toBe(201)
    expect(await statusFrom('http://localhost:3000')).toBe(201)
    expect(await statusFrom('https://studio.example:8443')).toBe(201)
    expect(await statusFrom(own.url)).toBe(201)
    expect(await statusFrom('http://talk.example')).toBe(403)
    expect(await statusFrom('https://studio.example')).toBe(403)
    expect(await statusFrom('http://localhost:3001')).toBe(403)
  })

  it('takes what its own page sends, and allows no other page to read', async () => {
    const headers = { origin: hub.url, 'sec-fetch-site': 'same-origin' }
    const response = await hub.fetch('/v1/files', { method: 'POST', headers })
    expect(response.status).toBe(201)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = await raw(
      hub,
      '/v1/jobs',
      [
        ['Origin', 'https://evil.example'],
        ['Access-Control-Request-Method', 'POST'],
      ],
      'OPTIONS',
    )
    expect(preflight.status).toBe(403)
  })

  it('does not take a text for JSON: any page may send one unasked', async () => {
    const headers = { 'content-type': 'text/plain' }
    const response = await hub.fetch('/v1/jobs', { method: 'POST', headers, body: '{}' })
    expect(response.status).toBe(415)
  })

  it('does not listen on an address that others reach', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'hub.example']) {
      expect(() => checkListeningAddress(host, false), host).toThrow(/INFINITETALK_API_KEYS/)
      expect(() => checkListeningAddress(host, true), host).not.toThrow()
    }
    await using sandbox = await createSandbox()
    const { code, stderr } = await sandbox.run(['serve', '--host', '0.0.0.0', '--port', '0'])
    expect(code).toBe(1)
    expect(stderr).toContain('config_invalid')
    expect(stderr).toContain('INFINITETALK_API_KEYS')
  })
})

describe('what is not there', () => {
  it('is said to be missing, or to take another method', async () => {
    await using hub = await startTestHub({ works: false })
    expect(await (await hub.fetch('/v1/nothing')).json()).toMatchObject({ code: 'route_not_found' })
    const wrong = await raw(hub, '/v1/jobs', [], 'PATCH')
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    const root = await raw(hub, '/', [], 'PUT')
    expect(root).toMatchObject({ status: 405 })
  })
})
