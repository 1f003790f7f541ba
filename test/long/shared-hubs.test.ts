// The promises of stores, with hubs in processes of their own: cut off, killed, with a disk that changes bytes.
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobResource } from '@infinitetalk/contract'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openStores } from '../../src/stores/open-stores.ts'
import { flipByte } from '../support/flip-byte.ts'
import { startFreezingProxy } from '../support/freezing-proxy.ts'
import type {
  HubProcessAnswer,
  HubProcessOptions,
  HubProcessOrder,
} from '../support/hub-process.ts'
import { forkHub, untilReady } from '../support/kill-hub.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { createSandbox } from '../support/run-infinitetalk.ts'
import { startHub } from '../support/serving-hub.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import { json, tinyRequest } from '../support/test-hub.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server.stop())

type Seen = (answer: HubProcessAnswer) => void

async function startForked(options: HubProcessOptions, onAnswer: Seen): Promise<ChildProcess> {
  const child = forkHub(options)
  child.on('message', (message) => onAnswer(message as HubProcessAnswer))
  onTestFinished(() => void child.kill('SIGKILL'))
  await untilReady(child)
  return child
}

function send(child: ChildProcess, order: HubProcessOrder): void {
  child.send(order, () => {})
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

const optionsIn = (folder: TestFolder, databaseUrl: string, renderMs: number) => ({
  dataDir: folder.path('data'),
  noopFolder: folder.path('noop'),
  renderMs,
  databaseUrl,
})

describe('hubs on one PostgreSQL database', () => {
  it('14.8: of twelve freezes none lets two workers render a job: the first has stopped before the second begins', async () => {
    const folder = await createTestFolder()
    for (let round = 0; round < ROUNDS; round += 1) {
      // The end of a round may cut off a job, which the next one must not count as its own.
      const databaseUrl = await server.createDatabase()
      const proxy = await startFreezingProxy(databaseUrl)
      const order: string[] = []
      const stopped = Promise.withResolvers<void>()
      const begun = Promise.withResolvers<number>()
      const started = Promise.withResolvers<void>()
      const cut = await startForked(
        optionsIn(folder, proxy.through(databaseUrl), 600_000),
        (answer) => {
          if (answer.type !== 'event') return
          if (answer.event.type === 'job.started') started.resolve()
          if (answer.event.type !== 'worker.lease_lost') return
          order.push('stopped')
          stopped.resolve()
        },
      )
      send(cut, { type: 'submit', number: round })
      await started.promise
      const other = await startForked(optionsIn(folder, databaseUrl, 20), (answer) => {
        if (answer.type !== 'event' || answer.event.type !== 'job.started') return
        order.push('begun')
        begun.resolve(answer.event.attempt)
      })
      // Anywhere between two heartbeats.
      await sleep(Math.random() * 5000)
      const frozenMs = performance.now()
      proxy.freeze()
      await stopped.promise
      const stoppedAfterMs = performance.now() - frozenMs
      expect(await begun.promise).toBe(2)
      console.log(`14.8 round ${round}: stopped after ${Math.round(stoppedAfterMs)} ms,`, order)
      expect(order).toEqual(['stopped', 'begun'])
      await kill(cut)
      await kill(other)
      await proxy.close()
    }
  })

  it('14.9: forty killed hubs leave nothing behind that the next one does not remove', async () => {
    const folder = await createTestFolder()
    const databaseUrl = await server.createDatabase()
    const options = optionsIn(folder, databaseUrl, 20)
    let accepted = 0
    for (let kills = 0; kills < KILLS; kills += 1) {
      const first = Promise.withResolvers<void>()
      const hub = await startForked(options, ({ type }) => {
        if (type !== 'accepted') return
        accepted += 1
        first.resolve()
      })
      for (let number = kills * 50; number < kills * 50 + 50; number += 1) {
        send(hub, { type: 'submit', number })
      }
      // The others are on their way in.
      await first.promise
      await sleep(Math.random() * 100)
      await kill(hub)
    }
    const before = await leftovers(folder, databaseUrl)
    expect(before.owners).toBe(KILLS)
    expect(before.staged + before.folders + before.holds).toBeGreaterThan(0)
    await startForked(options, () => {})
    await expect
      .poll(() => leftovers(folder, databaseUrl), { timeout: 300_000, interval: 2000 })
      .toMatchObject({ staged: 0, folders: 0, holds: 0, owners: 1, unfinished: 0 })
    console.log(`14.9: ${accepted} accepted; left by ${KILLS} kills:`, before)
  })

  it('14.13: a frozen database is 503 within seconds, and the hub works when it is back', async () => {
    const databaseUrl = await server.createDatabase()
    const proxy = await startFreezingProxy(databaseUrl)
    onTestFinished(() => proxy.close())
    const dataFolder = (await createTestFolder()).path('data')
    const env = { DATABASE_URL: proxy.through(databaseUrl), INFINITETALK_ENGINE: 'noop' }
    const { url } = await startHub({ dataFolder, env })
    proxy.freeze()
    const frozenMs = performance.now()
    const answers = await Promise.all(
      Array.from({ length: 30 }, async () => (await fetch(`${url}/v1/jobs`)).status),
    )
    console.log(`14.13: 30 answers after ${Math.round(performance.now() - frozenMs)} ms`)
    expect(new Set(answers)).toEqual(new Set([503]))
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    proxy.thaw()
    await expect
      .poll(async () => (await fetch(`${url}/v1/jobs`)).status, { timeout: 60_000 })
      .toBe(200)
  })
})

it('14.7: of a store whose every file has changed no wrong byte is served, and the right content repairs it', async () => {
  const dataFolder = (await createTestFolder()).path('data')
  const env = { INFINITETALK_ENGINE: 'noop', INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1' }
  const { url } = await startHub({ dataFolder, env })
  const request = await tinyRequest()
  const makeVideo = async (): Promise<string> => {
    const response = await fetch(`${url}/v1/jobs`, json(request))
    expect(response.status).toBe(202)
    const { id } = (await response.json()) as { id: string }
    await expect
      .poll(async () => (await read(`${url}/v1/jobs/${id}`)).status, { timeout: 60_000 })
      .toBe('succeeded')
    return id
  }
  const hashOf = async (id: string): Promise<string | null> => {
    try {
      const response = await fetch(`${url}/v1/jobs/${id}/video`)
      if (response.status !== 200) return null
      const bytes = Buffer.from(await response.arrayBuffer())
      return createHash('sha256').update(bytes).digest('hex')
    } catch {
      return null
    }
  }
  const first = await makeVideo()
  const right = await hashOf(first)
  expect(right).not.toBeNull()
  for (let round = 0; round < 20; round += 1) {
    const files = (await readdir(`${dataFolder}/blobs`, { recursive: true })).filter((name) =>
      /^..\/[0-9a-f]{64}$/.test(name),
    )
    for (const name of files) await flipByte(`${dataFolder}/blobs/${name}`, round * 7)
    if (round % 2 === 0) expect(await hashOf(first)).toBeNull()
    const again = await makeVideo()
    expect([await hashOf(first), await hashOf(again)]).toEqual([right, right])
  }
})

it('14.14: links end when the command rotates the key under a running hub', async () => {
  const dataFolder = (await createTestFolder()).path('data')
  const key = '0123456789abcdef'
  const env = {
    INFINITETALK_ENGINE: 'noop',
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1',
    INFINITETALK_API_KEYS: `me:${key}`,
  }
  const { url } = await startHub({ dataFolder, env })
  const headers = { authorization: `Bearer ${key}` }
  const submitted = await fetch(`${url}/v1/jobs`, json(await tinyRequest(), headers))
  const { id } = (await submitted.json()) as { id: string }
  const linkNow = async (): Promise<string | undefined> => {
    return (await read(`${url}/v1/jobs/${id}`, { headers })).output?.video.url
  }
  await expect.poll(linkNow, { timeout: 60_000 }).toBeDefined()
  const link = (await linkNow())!
  expect((await fetch(link)).status).toBe(200)
  await using sandbox = await createSandbox()
  const rotated = await sandbox.run(['links', 'rotate', '--data-dir', dataFolder])
  expect(rotated).toMatchObject({ code: 0, stderr: '' })
  await expect.poll(async () => (await fetch(link)).status, { timeout: 10_000 }).toBe(403)
  expect((await fetch((await linkNow())!)).status).toBe(200)
})

const ROUNDS = 12
const KILLS = 40

async function read(url: string, init: RequestInit = {}): Promise<JobResource> {
  return (await (await fetch(url, init)).json()) as JobResource
}

async function leftovers(folder: TestFolder, databaseUrl: string) {
  const stores = await openStores({
    folder: folder.path('data'),
    databaseUrl,
    onTrouble: () => {},
    onDamage: () => {},
    newToken: () => 'looking on',
  })
  try {
    const { unitOfWork, references, owners, dispatch } = stores
    return await unitOfWork.read(async (tx) => {
      const { waiting, leased } = await dispatch.figures(tx)
      return {
        staged: (await stores.blobs.staged()).length,
        folders: (await readdir(folder.path('data/work'))).length,
        holds: (await references.holders(tx, 'hold')).length,
        owners: (await owners.all(tx)).length,
        unfinished: waiting + leased,
      }
    })
  } finally {
    await stores.close()
  }
}
