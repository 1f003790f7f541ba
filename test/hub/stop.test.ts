// A hub process that is asked to stop: requests in progress are answered, nothing is left behind, and the process ends with its
// parent.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openRaw, parseRaw } from '../support/raw-http.ts'
import { describeWith } from '../support/requires.ts'
import { startHub } from '../support/serving-hub.ts'
import { createTestFolder } from '../support/test-folder.ts'

const ENV = { INFINITETALK_ENGINE: 'noop', INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1' }

describe('a hub that is told to stop while a request is being accepted', () => {
  it.each([
    ['JSON', 'application/json', '{"image": '],
    ['a form', 'multipart/form-data; boundary=x', formWithOneWholeFile()],
  ])('14.3: answers 503 stopping and keeps nothing of it (%s)', async (_name, type, begun) => {
    const dataFolder = (await createTestFolder()).path('data')
    const hub = await startHub({ dataFolder, env: ENV })
    const connection = openRaw(hub.url)
    connection.write(
      `POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 5000\r\n\r\n${begun}`,
    )
    await untilReceived(hub.url)
    const [answer] = await Promise.all([connection.closed, hub.kill('SIGTERM')])
    expect(parseRaw(answer)).toMatchObject({ status: 503, body: { code: 'stopping' } })
    expect(await leftIn(dataFolder)).toEqual({
      jobs: 0,
      files: 0,
      blob_references: 0,
      idempotency: 0,
      staged: 0,
    })
  })
})

/** Node before 24 restarts the program on the Node of the installation. */
const OLD_NODE = oldNodeOf(process.env.PATH ?? '')

describeWith(
  OLD_NODE === null ? ['node-before-24'] : [],
  'Node 20 or 22 in the PATH',
  'a launcher',
  () => {
    it('14.4: that is killed takes its hub with it as a SIGTERM would', async () => {
      const dataFolder = (await createTestFolder()).path('data')
      const hub = await startHub({ dataFolder, env: ENV, node: OLD_NODE! })
      const [program] = childrenOf(hub.pid)
      expect(program).toBeGreaterThan(0)
      await hub.kill('SIGKILL')
      await untilGone(program!)
      const again = await startHub({ dataFolder, env: ENV, node: OLD_NODE! })
      expect((await fetch(`${again.url}/livez`)).status).toBe(200)
    })
  },
)

/** The Node of this machine; `node_modules/.bin` has that of the installation. */
function oldNodeOf(searchPath: string): string | null {
  const candidates = searchPath
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .filter((path) => existsSync(path))
  const major = (path: string): number =>
    Number(/^v(\d+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1])
  return candidates.find((path) => major(path) < 24) ?? null
}

function formWithOneWholeFile(): string {
  const part = (name: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"; filename="a"\r\n\r\n`
  return `${part('image')}a whole file\r\n${part('audio')}and half of`
}

/** The hub has read the earlier requests: it answers in the order of arrival. */
async function untilReceived(url: string): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await (await fetch(`${url}/readyz`)).arrayBuffer()
}

async function leftIn(dataFolder: string) {
  using database = closing(
    new Database(`${dataFolder}/hub.sqlite`, { readonly: true, fileMustExist: true }),
  )
  const count = (table: string): number =>
    database.value.prepare(`select count(*) from ${table}`).pluck().get() as number
  return {
    jobs: count('jobs'),
    files: count('files'),
    blob_references: count('blob_references'),
    idempotency: count('idempotency'),
    staged: (await readdir(`${dataFolder}/blobs/staging`)).length,
  }
}

function closing(value: Database.Database) {
  return { value, [Symbol.dispose]: () => void value.close() }
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => parentOf(pid) === parent)
    .map(Number)
}

function parentOf(pid: string): number | null {
  try {
    const [, parent] = / \w (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return Number(parent)
  } catch {
    return null
  }
}

async function untilGone(pid: number): Promise<void> {
  while (parentOf(String(pid)) !== null) await sleep(20)
}
