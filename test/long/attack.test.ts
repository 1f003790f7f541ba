// Issue 14 from outside: the hub as a process, attacked at many moments. Nothing may be lost, and no job may end for a reason that
// nobody gave.
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { type ServingHub, startHub } from '../support/serving-hub.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { tinyRequest } from '../support/test-hub.ts'

const NOOP = { INFINITETALK_ENGINE: 'noop', INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1' }
const STOPS = 30

interface JobAnswer {
  readonly id: string
  readonly status: string
  readonly attempt: number
  readonly error: { readonly code: string } | null
}

it('14.1: a full disk loses no video, and a job can be deleted on it, also after a restart', async () => {
  const disk = await mountDisk('64m')
  const dataFolder = join(disk, 'data')
  const env = { ...NOOP, INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '32MB' }
  const hub = await startHub({ dataFolder, env })
  const ids: string[] = []
  for (let count = 0; count < 4; count += 1) ids.push((await submitted(hub, count)).id)
  for (const id of ids) expect((await ended(hub.url, id)).status).toBe('succeeded')
  await fill(disk)
  expect(await freeBytes(disk)).toBe(0)
  const refused = await post(hub.url, { ...(await tinyRequest()), seed: 99 })
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
    507,
    'disk_full',
  ])
  // The sweep of storage comes every 30 s.
  await sleep(65_000)
  for (const id of ids) expect((await fetch(`${hub.url}/v1/jobs/${id}/video`)).status).toBe(200)
  expect(await remove(hub.url, ids[0]!)).toBe(204)
  await fill(disk)
  expect(await remove(hub.url, ids[1]!)).toBe(204)
  await fill(disk)
  await hub.kill('SIGKILL')
  await rm(join(disk, 'filler-0'))
  const again = await startHub({ dataFolder, env })
  await fill(disk)
  expect(await remove(again.url, ids[2]!)).toBe(204)
  expect((await fetch(`${again.url}/v1/jobs/${ids[3]}/video`)).status).toBe(200)
})

it('14.2: SIGTERM to the process group at random moments fails no job', async () => {
  const dataFolder = (await createTestFolder()).path('data')
  const env = {
    ...NOOP,
    INFINITETALK_ENGINE: 'preview',
    INFINITETALK_LIMIT_STOP_TIMEOUT_MS: '100',
  }
  const request = { ...(await tinyRequest()), width: 128, height: 128 }
  let hub = await startHub({ dataFolder, env, ownGroup: true })
  const ids: string[] = []
  for (let seed = 0; seed < 3; seed += 1) ids.push((await submitted(hub, seed, request)).id)
  for (let stop = 0; stop < STOPS / 3; stop += 1) {
    await sleep(Math.random() * 3000)
    await hub.killGroup('SIGTERM')
    hub = await startHub({ dataFolder, env, ownGroup: true })
  }
  const jobs = await Promise.all(ids.map((id) => ended(hub.url, id)))
  console.log(
    'attempts:',
    jobs.map(({ attempt }) => attempt),
  )
  for (const job of jobs) expect([job.status, job.error]).toEqual(['succeeded', null])
})

it('14.3: SIGTERM while requests are being accepted answers them or says stopping, and keeps nothing of the refused', async () => {
  const dataFolder = (await createTestFolder()).path('data')
  const counts: Record<string, number> = {}
  const accepted: string[] = []
  for (let stop = 0; stop < STOPS; stop += 1) {
    const hub = await startHub({ dataFolder, env: NOOP })
    const body = await tinyRequest()
    const posts = Array.from({ length: 20 }, async (_, number) => {
      await sleep(Math.random() * 300)
      const form = number % 2 === 0 ? null : formOf(body)
      const outcome = await post(hub.url, form ?? { ...body, seed: number }).then(
        async (answer) => {
          const { id, code } = (await answer.json()) as { id?: string; code?: string }
          if (answer.ok) accepted.push(id!)
          return answer.ok ? 'accepted' : `${answer.status} ${code}`
        },
        () => 'not connected',
      )
      counts[outcome] = (counts[outcome] ?? 0) + 1
    })
    await sleep(Math.random() * 400)
    await Promise.all([...posts, hub.kill('SIGTERM')])
    expect(await leftOver(dataFolder)).toEqual({ files: 0, holds: 0, reserved: 0, staged: 0 })
  }
  console.log('answers under SIGTERM:', counts)
  const possible = ['accepted', '503 stopping', 'not connected']
  expect(Object.keys(counts).filter((outcome) => !possible.includes(outcome))).toEqual([])
  const last = await startHub({ dataFolder, env: NOOP })
  for (const id of accepted) expect((await ended(last.url, id)).status).toBe('succeeded')
})

it('14.12: a connection is kept longer than its answers say', async () => {
  const hub = await startHub({ dataFolder: (await createTestFolder()).path('data'), env: NOOP })
  const { port } = new URL(hub.url)
  const outcomes = await Promise.all(
    Array.from({ length: 56 }, () => postTwice(Number(port), Math.random() * 8000)),
  )
  expect(outcomes.filter((outcome) => outcome !== 'answered')).toEqual([])
})

/** A second post of 0.9 MB on the same connection, so long after the time that the first answer named. */
async function postTwice(port: number, lateMs: number): Promise<string> {
  const body = Buffer.alloc(900_000, ' ')
  const socket = connect(port, '127.0.0.1')
  let text = ''
  const answers: (() => void)[] = []
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    if (/\r\n\r\n.*\}/s.test(text)) answers.shift()?.()
  })
  const broken = new Promise<never>((_resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
  })
  broken.catch(() => {})
  const send = async (): Promise<string> => {
    text = ''
    const answered = new Promise<void>((resolve) => answers.push(resolve))
    const headers = `Host: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
    socket.write(`POST /v1/jobs HTTP/1.1\r\n${headers}\r\n\r\n`)
    socket.write(body)
    await Promise.race([answered, broken])
    return text
  }
  try {
    const seconds = Number(/keep-alive: timeout=(\d+)/i.exec(await send())?.[1])
    await Promise.race([sleep(seconds * 1000 + lateMs), broken])
    await send()
    return 'answered'
  } catch (error) {
    return String(error)
  } finally {
    socket.destroy()
  }
}

function formOf(body: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData()
  for (const name of ['image', 'audio']) {
    const { base64 } = body[name] as { base64: string }
    form.set(name, new Blob([Buffer.from(base64, 'base64')]), `${name}.bin`)
  }
  return form
}

function post(url: string, body: FormData | object): Promise<Response> {
  const isForm = body instanceof FormData
  return fetch(`${url}/v1/jobs`, {
    method: 'POST',
    body: isForm ? body : JSON.stringify(body),
    headers: isForm ? {} : { 'content-type': 'application/json' },
  })
}

async function submitted(hub: ServingHub, seed: number, request?: object): Promise<JobAnswer> {
  const answer = await post(hub.url, { ...(request ?? (await tinyRequest())), seed })
  const job = (await answer.json()) as JobAnswer
  expect(answer.status, JSON.stringify(job)).toBe(202)
  return job
}

async function remove(url: string, id: string): Promise<number> {
  return (await fetch(`${url}/v1/jobs/${id}`, { method: 'DELETE' })).status
}

async function ended(url: string, id: string): Promise<JobAnswer> {
  for (;;) {
    const job = (await (await fetch(`${url}/v1/jobs/${id}?wait=20`)).json()) as JobAnswer
    if (!['queued', 'running'].includes(job.status)) return job
  }
}

async function leftOver(dataFolder: string) {
  const database = new Database(join(dataFolder, 'hub.sqlite'), { readonly: true })
  try {
    const count = (from: string): number =>
      database.prepare(`select count(*) from ${from}`).pluck().get() as number
    return {
      files: count('files'),
      holds: count("blob_references where holder_kind = 'hold'"),
      reserved: count('idempotency where job_id is null'),
      staged: (await readdir(join(dataFolder, 'blobs/staging'))).length,
    }
  } finally {
    database.close()
  }
}

/** Needs the right to mount a file system. */
async function mountDisk(size: string): Promise<string> {
  const disk = (await createTestFolder()).path('disk')
  await mkdir(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk])
  onTestFinished(() => void execFileSync('umount', ['--lazy', disk]))
  return disk
}

let fillers = 0

async function fill(disk: string): Promise<void> {
  const bytes = await freeBytes(disk)
  if (bytes === 0) return
  await writeFile(join(disk, `filler-${fillers}`), Buffer.alloc(bytes, 1))
  fillers += 1
}

async function freeBytes(disk: string): Promise<number> {
  const { bavail, bsize } = await statfs(disk)
  return bavail * bsize
}
