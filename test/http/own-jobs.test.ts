// Two API keys of one hub: for each, the jobs, files, batches and deliveries of the other do not exist, on every route that the API
// has. An admin key sees all.
import { type ApiOperation, apiOperations, pathsOf } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { openKeyTools } from '../../src/main/open-key-tools.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'
import { SECRET } from '../support/webhook-receiver.ts'

const ADMIN = '0123456789abcdef'

/** Path parameters that name something of a key. */
const OWNED = ['job_id', 'file_id', 'batch_id', 'delivery_id']
/** Those that name nothing of a key, or a part of what another one names. */
const NOT_OWNED = ['input', 'part', 'name', 'version', 'workspace', 'endpoint_id', 'deployment_id']

const ALL_ROUTES = Object.values<ApiOperation>(apiOperations()).flatMap((operation) =>
  pathsOf(operation).map((path) => [operation.method, path] as const),
)
const parametersOf = (path: string): readonly string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
const ROUTES = ALL_ROUTES.filter(([, path]) =>
  parametersOf(path).some((name) => OWNED.includes(name)),
)
/** The code of the answer to a key that does not own it. */
const notFoundOf = (path: string): string =>
  parametersOf(path)
    .find((name) => OWNED.includes(name))!
    .replace('_id', '_not_found')

describe('a hub with two keys', () => {
  let hub: TestHub
  let ones: string
  let others: string
  let jobId: string
  let fileId: string
  let batchId: string
  let batchJobId: string
  let deliveryId: string

  const call = (key: string, path: string, init: RequestInit = {}): Promise<Response> =>
    hub.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } })
  const uploadOf = async (key: string): Promise<string> => {
    const created = await call(key, '/v1/files', json({ filename: 'a.png' }))
    const { id } = (await created.json()) as { id: string }
    const { image } = (await tinyRequest()) as { image: { base64: string } }
    const body = Buffer.from(image.base64, 'base64')
    await call(key, `/v1/files/${id}/content`, { method: 'PUT', body })
    return id
  }

  beforeAll(async () => {
    // Nothing is delivered: the event stays pending.
    const receiver = { INFINITETALK_WEBHOOK_SECRETS: SECRET }
    hub = await startTestHub({ env: { INFINITETALK_API_KEYS: `admin:${ADMIN}`, ...receiver } })
    const env = { INFINITETALK_DATA_DIR: hub.dataDir, INFINITETALK_API_KEYS: `admin:${ADMIN}` }
    await using keys = await openKeyTools(loadConfig({ env }))
    ones = await keys.create({ name: 'one', isAdmin: false })
    others = await keys.create({ name: 'other', isAdmin: false })
    await vi.waitUntil(async () => (await call(others, '/v1/limits')).ok, { timeout: 60_000 })
    const webhook = { url: 'https://receiver.invalid/hook' }
    const submitted = await call(ones, '/v1/jobs', json({ ...(await tinyRequest()), webhook }))
    jobId = ((await submitted.json()) as { id: string }).id
    await call(ones, `/v1/jobs/${jobId}?wait=60`)
    await hub.hub.jobs.waitForEnd(jobId, { waitMs: 60_000, signal: AbortSignal.timeout(60_000) })
    const deliveries = await call(ones, `/v1/jobs/${jobId}/deliveries`)
    deliveryId = ((await deliveries.json()) as { data: { id: string }[] }).data[0]!.id
    fileId = await uploadOf(ones)
    const items = [{ ...(await tinyRequest()) }]
    const batch = await call(ones, '/v1/batches', json({ items }))
    const made = (await batch.json()) as { id: string; items: { job_id: string }[] }
    batchId = made.id
    batchJobId = made.items[0]!.job_id
    const isEnded = async () =>
      ((await (await call(ones, `/v1/batches/${batchId}`)).json()) as { status: string }).status ===
      'ended'
    await vi.waitUntil(isEnded, { timeout: 60_000 })
  })
  afterAll(() => hub.stop())

  const pathOf = (route: string): string =>
    route
      .replace('{job_id}', jobId)
      .replace('{file_id}', fileId)
      .replace('{batch_id}', batchId)
      .replace('{delivery_id}', deliveryId)
      .replace('{input}', 'image')
      .replace('{part}', 'head.mp4')
      .replaceAll(/\{\w+\}/g, 'name')

  const walk = (key: string, method: string, route: string): Promise<Response> => {
    const body = method === 'GET' || method === 'HEAD' ? {} : { body: '{}' }
    const headers = { 'content-type': 'application/json' }
    return call(key, pathOf(route), { method, headers, ...body })
  }

  it('is walked whole: a new kind of path parameter belongs into one of the two lists', () => {
    const known = new Set([...OWNED, ...NOT_OWNED])
    const found = new Set(ALL_ROUTES.flatMap(([, path]) => parametersOf(path)))
    expect(found).toEqual(known)
  })

  it.each(ROUTES)('answers 404 to the wrong key: %s %s', async (method, route) => {
    const answer = await walk(others, method, route)
    expect(answer.status).toBe(404)
    if (method === 'HEAD') return
    const { code } = (await answer.json()) as { code?: string }
    if (code !== undefined) expect(code).toBe(notFoundOf(route))
  })

  // Without this the walk would also pass where nobody finds anything.
  it.each(ROUTES.filter(([method]) => method === 'GET'))(
    'is found by its own key: %s %s',
    async (method, route) => {
      const answer = await walk(ones, method, route)
      expect(await answer.text()).not.toContain(`"${notFoundOf(route)}"`)
    },
  )

  it('keeps what the wrong key tried to change', async () => {
    expect((await call(ones, `/v1/jobs/${jobId}`)).status).toBe(200)
    expect((await call(ones, `/v1/files/${fileId}`)).status).toBe(200)
    expect((await call(ones, `/v1/jobs/${jobId}/video`)).status).toBe(200)
  })

  it('lists to each key its own jobs, and to an admin all', async () => {
    const idsFor = async (key: string, path = '/v1/jobs'): Promise<readonly string[]> => {
      const { data } = (await (await call(key, path)).json()) as { data: { id: string }[] }
      return data.map(({ id }) => id)
    }
    expect(await idsFor(ones)).toEqual([batchJobId, jobId])
    expect(await idsFor(others)).toEqual([])
    expect(await idsFor(ADMIN)).toEqual([batchJobId, jobId])
    expect(await idsFor(ones, '/v1/batches')).toEqual([batchId])
    expect(await idsFor(others, '/v1/batches')).toEqual([])
    expect(await idsFor(others, '/v1/jobs?search=job')).toEqual([])
    expect(await idsFor(others, '/api/v1/task/name')).toEqual([])
  })

  it('accepts no upload of another key in a request', async () => {
    const { audio } = await tinyRequest()
    const body = { image: { file_id: fileId }, audio }
    for (const path of ['/v1/jobs', '/v1/estimate', '/v1/faces']) {
      const sent = path === '/v1/faces' ? { image: body.image } : body
      const answer = await call(others, path, json(sent))
      expect(await answer.json()).toMatchObject({ code: 'file_not_found' })
    }
    expect((await call(ones, '/v1/jobs', json(body))).status).toBe(202)
  })

  it('cancels no task of another key by the routes of Beam that take a list', async () => {
    const answer = await call(others, '/v2/task/cancel/', {
      ...json({ task_ids: [jobId] }),
      method: 'DELETE',
    })
    expect(answer.status).not.toBe(200)
  })

  it('ends a key at once with its links, and never gives its name again', async () => {
    const env = { INFINITETALK_DATA_DIR: hub.dataDir, INFINITETALK_API_KEYS: `admin:${ADMIN}` }
    await using keys = await openKeyTools(loadConfig({ env }))
    const secret = await keys.create({ name: 'short', isAdmin: false })
    await expect.poll(async () => (await call(secret, '/v1/limits')).status).toBe(200)
    const replaced = await keys.rotate('short')
    await expect.poll(async () => (await call(replaced, '/v1/limits')).status).toBe(200)
    expect((await call(secret, '/v1/limits')).status).toBe(401)
    await keys.revoke('short')
    await expect.poll(async () => (await call(replaced, '/v1/limits')).status).toBe(401)
    await expect(keys.create({ name: 'short', isAdmin: false })).rejects.toMatchObject({
      code: 'key_exists',
    })
    await expect(keys.rotate('short')).rejects.toMatchObject({ code: 'key_not_found' })
    await expect(keys.revoke('nobody')).rejects.toMatchObject({ code: 'key_not_found' })
  })
})

describe('the first key of a hub without any', () => {
  it('must be an admin key, and closes the hub to calls without a key', async () => {
    await using hub = await startTestHub()
    const id = await hub.submit()
    await using keys = await openKeyTools(
      loadConfig({ env: { INFINITETALK_DATA_DIR: hub.dataDir } }),
    )
    const create = (name: string, isAdmin: boolean) => keys.create({ name, isAdmin })
    await expect(create('shop', false)).rejects.toMatchObject({ code: 'invalid_request' })
    for (const name of ['anonymous', 'runner', '', 'a b', 'x'.repeat(65)]) {
      await expect(create(name, true)).rejects.toMatchObject({ code: 'invalid_request' })
    }
    const admin = await create('me', true)
    await create('shop', false)
    await expect.poll(async () => (await hub.fetch(`/v1/jobs/${id}`)).status).toBe(401)
    const headers = { authorization: `Bearer ${admin}` }
    expect((await hub.fetch(`/v1/jobs/${id}`, { headers })).status).toBe(200)
    await expect(keys.revoke('me')).rejects.toMatchObject({ code: 'last_admin_key' })
    await keys.revoke('shop')
    await keys.revoke('me')
    expect((await keys.list()).map(({ name }) => name)).toEqual(['me', 'shop'])
    await expect.poll(async () => (await hub.fetch(`/v1/jobs/${id}`)).status).toBe(200)
  })
})
