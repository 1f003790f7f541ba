// The rules of API keys on a hub: scopes, priority, requests a minute, running jobs and seconds of video a day; how they are made,
// changed and listed.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { KeyTools } from '../../src/cli/services.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { openKeyTools } from '../../src/main/open-key-tools.ts'
import { createSandbox } from '../support/run-infinitetalk.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

const ADMIN = '0123456789abcdef'

describe('the rules of API keys', () => {
  let hub: TestHub
  let keys: KeyTools
  const secrets = new Map<string, string>()

  const call = (name: string, path: string, init: RequestInit = {}): Promise<Response> => {
    const authorization = `Bearer ${secrets.get(name)}`
    return hub.fetch(path, { ...init, headers: { ...init.headers, authorization } })
  }
  const submit = async (name: string, more: object = {}): Promise<Response> =>
    call(name, '/v1/jobs', json({ ...(await tinyRequest()), ...more }))
  const create = async (name: string, rules: Parameters<KeyTools['create']>[0]['rules'] = {}) => {
    secrets.set(name, await keys.create({ name, isAdmin: false, rules }))
  }
  const codeOf = async (answer: Response): Promise<unknown> =>
    ((await answer.json()) as { code?: unknown }).code
  const usable = (name: string) =>
    vi.waitUntil(async () => (await call(name, '/v1/limits')).status !== 401, { timeout: 60_000 })

  beforeAll(async () => {
    const env = { INFINITETALK_API_KEYS: `admin:${ADMIN}` }
    hub = await startTestHub({ env })
    keys = await openKeyTools(loadConfig({ env: { ...env, INFINITETALK_DATA_DIR: hub.dataDir } }))
    secrets.set('admin', ADMIN)
    await create('reader', { scopes: ['read'] })
    await create('writer', { scopes: ['write'] })
    await create('plain')
    await create('low', { maxPriority: 'low' })
    await create('slow', { requestsPerMinute: 5 })
    await create('short', { videoSecondsPerDay: 3 })
    for (const name of ['reader', 'plain', 'low', 'short']) await usable(name)
  })
  afterAll(async () => {
    await keys[Symbol.asyncDispose]()
    await hub.stop()
  })

  it('shows to each key its own rules, and what is left', async () => {
    const key = async (name: string): Promise<unknown> =>
      ((await (await call(name, '/v1/limits')).json()) as { key: unknown }).key
    expect(await key('short')).toMatchObject({
      name: 'short',
      max_priority: 'normal',
      allowances: [{ policy: 'video-seconds', limit: 3, window_s: 86_400 }],
    })
    expect(await key('admin')).toMatchObject({ name: 'admin', max_running: null, allowances: [] })
    const estimate = await call('short', '/v1/estimate', json(await tinyRequest()))
    expect(await estimate.json()).toMatchObject({
      allowances: [{ policy: 'video-seconds', limit: 3 }],
    })
  })

  it('lets a key without a scope neither write nor read, and names the scope', async () => {
    expect((await call('reader', '/v1/jobs')).status).toBe(200)
    const written = await submit('reader')
    expect(written.status).toBe(403)
    expect(written.headers.get('www-authenticate')).toContain('scope="write"')
    expect(await codeOf(written)).toBe('scope_missing')
    const accepted = await submit('writer')
    expect(accepted.status).toBe(202)
    const read = await call('writer', '/v1/jobs')
    expect(read.status).toBe(403)
    expect(read.headers.get('www-authenticate')).toContain('scope="read"')
  })

  it('rejects a priority above the ceiling, and lowers one that nobody asked for', async () => {
    const answer = await submit('plain', { priority: 'high' })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'priority_forbidden', pointer: '/priority' })
    expect(await (await submit('admin', { priority: 'high' })).json()).toMatchObject({
      priority: 'high',
    })
    expect(await (await submit('plain')).json()).toMatchObject({ priority: 'normal' })
    expect(await (await submit('low')).json()).toMatchObject({ priority: 'low' })
    expect(await codeOf(await submit('low', { priority: 'normal' }))).toBe('priority_forbidden')
  })

  it('counts requests a minute, says what is left, and rejects one too many', async () => {
    const answers: Response[] = []
    await usable('slow')
    // The minute may end between two requests.
    for (let index = 0; index < 12; index += 1) answers.push(await call('slow', '/v1/limits'))
    for (const answer of answers) {
      expect(answer.headers.get('ratelimit-policy')).toBe('"requests";q=5;w=60')
      expect(answer.headers.get('ratelimit')).toMatch(/^"requests";r=[0-4];t=\d+$/)
    }
    const rejected = answers.filter(({ status }) => status === 429)
    expect(rejected.length).toBeGreaterThanOrEqual(2)
    const [first] = rejected
    expect(await codeOf(first!)).toBe('rate_limited')
    expect(Number(first!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(first!.headers.get('ratelimit')).toMatch(/r=0/)
    const other = await call('plain', '/v1/limits')
    expect(other.status).toBe(200)
    expect(other.headers.get('ratelimit')).toBeNull()
  })

  it('counts the seconds of finished videos against the day, and nothing for others', async () => {
    // The length of a noop video is not known before: 1 s.
    for (let index = 0; index < 3; index += 1) {
      const accepted = await submit('short')
      expect(accepted.status).toBe(202)
      const { id } = (await accepted.json()) as { id: string }
      await hub.hub.jobs.waitForEnd(id, { waitMs: 60_000, signal: AbortSignal.timeout(60_000) })
    }
    const rejected = await submit('short')
    expect(rejected.status).toBe(429)
    expect(await codeOf(rejected)).toBe('quota_exceeded')
    expect(Number(rejected.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(rejected.headers.get('ratelimit-policy')).toBe('"video-seconds";q=3;w=86400')
    expect(rejected.headers.get('ratelimit')).toMatch(/^"video-seconds";r=0;t=\d+$/)
    await keys.set('short', { videoSecondsPerDay: null })
    await expect.poll(async () => (await submit('short')).status, { timeout: 60_000 }).toBe(202)
  })

  it('leave an audit line for each change: the key, the operation, its target, no secret', async () => {
    const submitted = (await (await submit('plain')).json()) as { id: string }
    const file = (await (await call('plain', '/v1/files', json({}))).json()) as { id: string }
    await call('plain', `/v1/files/${file.id}`, { method: 'DELETE' })
    await call('plain', '/v1/jobs/job_x', { method: 'DELETE' })
    await call('plain', `/v1/jobs/${submitted.id}`)
    await keys.create({ name: 'brief', isAdmin: false })
    const audits = () => hub.events.filter((event) => event.type === 'audit')
    const revoked = { key: null, action: 'keys.revoked', target: 'brief' }
    await vi.waitUntil(() => audits().some(({ target }) => target === 'brief'), { timeout: 60_000 })
    await keys.revoke('brief')
    await expect.poll(audits, { timeout: 60_000 }).toContainEqual(expect.objectContaining(revoked))
    const plain = audits().filter(({ key }) => key === 'plain')
    expect(plain.map(({ action, target }) => [action, target]).slice(-3)).toEqual([
      ['createJob', submitted.id],
      ['createFile', file.id],
      ['deleteFile', file.id],
    ])
    const secret = secrets.get('plain')!
    expect(JSON.stringify(hub.events)).not.toContain(secret)
    expect(JSON.stringify(hub.events)).not.toContain(
      createHash('sha256').update(secret).digest('hex'),
    )
  })

  it('are made, changed and listed by commands; no key takes a name of the configuration', async () => {
    await using sandbox = await createSandbox()
    const env = { INFINITETALK_DATA_DIR: hub.dataDir, INFINITETALK_API_KEYS: `admin:${ADMIN}` }
    const run = (...words: string[]) => sandbox.run(['keys', ...words, '--json'], { env })
    const taken = await run('create', 'admin')
    expect([taken.code, taken.events().at(-1)]).toEqual([
      2,
      expect.objectContaining({ code: 'key_exists' }),
    ])
    const wrong = await run('create', 'batch', '--scopes', 'read,delete')
    expect(wrong.events().at(-1)).toMatchObject({ code: 'usage' })
    const limits = ['--requests-per-minute', '60', '--video-per-day', '3600', '--weight', '3']
    expect((await run('create', 'batch', '--max-running', '2', ...limits)).code).toBe(0)
    const changed = await run('set', 'batch', '--max-running', 'none', '--scopes', 'write,read')
    expect(changed.events().at(-1)).toMatchObject({ max_running: null, weight: 3 })
    expect((await run('set', 'batch')).events().at(-1)).toMatchObject({ code: 'usage' })
    expect((await run('set', 'nobody', '--weight', '2')).events().at(-1)).toMatchObject({
      code: 'key_not_found',
    })
    const listed = (await run('list')).events()
    expect(listed.find(({ name }) => name === 'batch')).toMatchObject({
      scopes: ['read', 'write'],
      max_priority: 'normal',
      max_running: null,
      requests_per_minute: 60,
      video_seconds_per_day: 3600,
      weight: 3,
    })
  })
})
