// Who may come in.
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSandbox } from '../support/run-infinitetalk.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const KEY = '0123456789abcdef'

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
  beforeAll(async () => {
    hub = await startTestHub({ env: { INFINITETALK_API_KEYS: `me:${KEY}` } })
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
  ] as const)('takes nothing from %s', async (_what, headers) => {
    const { status, body } = await raw(hub, '/v1/files', headers, 'POST')
    expect(status).toBe(403)
    expect(body).toMatchObject({ code: 'origin_forbidden' })
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

  it.each(['0.0.0.0', '::', '192.0.2.1', 'hub.example'])('does not listen on %s', async (host) => {
    await using sandbox = await createSandbox()
    const { code, stderr } = await sandbox.run(['serve', '--host', host, '--port', '0'])
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
