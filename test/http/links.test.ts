// Signed links and the key that makes them.
import { createHash } from 'node:crypto'
import type { JobResource } from '@infinitetalk/contract'
import { describe, expect, it, onTestFinished } from 'vitest'
import { composeServices } from '../../src/main/compose.ts'
import { describePostgres } from '../support/postgres-server.ts'
import { ScriptedRenderer } from '../support/scripted-renderer.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { json, startTestHub, type TestHub, tinyRequest } from '../support/test-hub.ts'

const KEY = '0123456789abcdef'
const headers = { authorization: `Bearer ${KEY}` }
const hash = createHash('sha256').update(KEY).digest('hex')

async function startHub(env: Readonly<Record<string, string>>): Promise<TestHub> {
  const renderer = new ScriptedRenderer()
  renderer.immediately = true
  const keys = { INFINITETALK_API_KEYS: `me:sha256:${hash}` }
  const hub = await startTestHub({ env: { ...keys, ...env }, renderer })
  onTestFinished(() => hub.stop())
  return hub
}

async function newJob(hub: TestHub): Promise<string> {
  const response = await hub.fetch('/v1/jobs', json(await tinyRequest(), headers))
  const { id } = (await response.json()) as { id: string }
  await hub.hub.jobs.waitForEnd(id, { waitMs: 20_000, signal: AbortSignal.timeout(20_000) })
  return id
}

async function linkOf(hub: TestHub, id: string): Promise<string> {
  const response = await hub.fetch(`/v1/jobs/${id}`, { headers })
  const { output } = (await response.json()) as JobResource
  return (output?.video.url ?? '').slice(hub.url.length)
}

const rotate = (env: Readonly<Record<string, string>>): Promise<void> =>
  composeServices({ env, currentFolder: '/', nowMs: Date.now }).rotateLinkKey({})

describe('a signed link', () => {
  it('14.14: survives a restart, and ends within seconds when the key is rotated under a running hub', async () => {
    const env = { INFINITETALK_DATA_DIR: (await createTestFolder()).path('data') }
    const first = await startHub(env)
    const id = await newJob(first)
    const link = await linkOf(first, id)
    await first.stop()
    const hub = await startHub(env)
    expect((await hub.fetch(link)).status).toBe(200)
    await rotate(env)
    await expect.poll(async () => (await hub.fetch(link)).status).toBe(403)
    const renewed = await linkOf(hub, id)
    expect((await hub.fetch(renewed)).status).toBe(200)
    expect((await hub.fetch(link)).status).toBe(403)
  })

  it('14.14: has no key to rotate where there is no hub', async () => {
    const folder = (await createTestFolder()).path('data')
    await expect(rotate({ INFINITETALK_DATA_DIR: folder })).rejects.toMatchObject({
      code: 'store_unavailable',
      detail: expect.stringContaining(folder),
    })
  })
})

describePostgres('hubs on one PostgreSQL database', (server) => {
  it('14.14: open the links of each other, before and after a rotation', async () => {
    const env = {
      DATABASE_URL: await server.createDatabase(),
      INFINITETALK_DATA_DIR: (await createTestFolder()).path('data'),
    }
    const [one, other] = [await startHub(env), await startHub(env)]
    const id = await newJob(one)
    const link = await linkOf(one, id)
    expect((await other.fetch(link)).status).toBe(200)
    await rotate(env)
    for (const hub of [one, other]) {
      await expect.poll(async () => (await hub.fetch(link)).status).toBe(403)
    }
    expect((await other.fetch(await linkOf(one, id))).status).toBe(200)
  })
})
