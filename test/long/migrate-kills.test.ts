// A move of the stores outlives its command: killed at random moments, also in the middle of a file, it goes on when it is run again.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cp, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Renderer } from '../../src/app/ports/renderer.ts'
import { type FaultyProxy, startFaultyProxy } from '../support/faulty-proxy.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { bucketVariables, describeS3, type S3Server, startS3 } from '../support/s3-server.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { startTestHub } from '../support/test-hub.ts'
import { sumsOf } from '../support/video-sums.ts'

const JOBS = 40
const LARGE_EVERY = 4
const LARGE_BYTES = 20_000_000
const KILLS = 15
/** A command is killed when it has sent so many requests to the bucket, and some milliseconds later: within the next one. */
const MOST_REQUESTS = 40
const MOST_MS = 30

/** Every video is another one: the same content would be one file. */
const renderer: Renderer = {
  async render({ jobId, workDir, spec }) {
    const bytes = spec.seed! % LARGE_EVERY === 0 ? LARGE_BYTES : 5000
    const content = Buffer.alloc(bytes, `${jobId} `)
    const [path, posterPath] = [join(workDir, 'video.mp4'), join(workDir, 'poster.jpg')]
    await writeFile(path, content)
    await writeFile(posterPath, `still of ${jobId}`)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const size = { width: 64, height: 64, fps: 25, frames: 25, seconds: 1 }
    const facts = { path, posterPath, bytes, sha256, ...size, warnings: [] }
    return { ...facts, engine: 'noop', seed: spec.seed! }
  },
}

describeS3('a move of the stores that is killed', () => {
  let postgres: PostgresServer
  let bucket: S3Server
  beforeAll(async () => {
    postgres = await startPostgres()
    bucket = await startS3('moto')
  }, 120_000)
  afterAll(async () => {
    postgres.stop()
    await bucket[Symbol.asyncDispose]()
  })

  it('loses no job and no video on the way to a bucket and back', async () => {
    const files = await createTestFolder()
    const [first, back] = [files.path('first'), files.path('back')]
    const direct = await bucket.createBucket()
    await using proxy = await startFaultyProxy(direct.endpoint, Number.POSITIVE_INFINITY)
    const shared = {
      DATABASE_URL: await postgres.createDatabase(),
      ...bucketVariables({ ...direct, endpoint: proxy.endpoint }),
    }
    const ids: string[] = []
    let sums: readonly string[] = []
    {
      const env = { INFINITETALK_DATA_DIR: files.path('old') }
      await using hub = await startTestHub({ env, renderer })
      for (let seed = 0; seed < JOBS; seed += 1) ids.push(await hub.submit({ seed }))
      for (const id of ids) await hub.ended(id)
      sums = await sumsOf(hub, ids)
      expect(new Set(sums).size).toBe(JOBS)
      await hub.hub.stop()
      await cp(files.path('old'), first, { recursive: true })
    }
    const there = await migrate(proxy, shared, ['--data-dir', first])
    {
      await using hub = await startTestHub({ env: shared })
      expect(await sumsOf(hub, ids)).toEqual(sums)
    }
    const home = await migrate(proxy, shared, ['--back', '--data-dir', back])
    console.log('killed moves:', { there, home })
    {
      await using hub = await startTestHub({ env: { INFINITETALK_DATA_DIR: back } })
      expect(await sumsOf(hub, ids)).toEqual(sums)
      // Files that a kill cut are not left.
      const staged = () => readdir(join(back, 'blobs', 'staging'))
      await expect.poll(staged, { timeout: 60_000 }).toEqual([])
    }
  })
})

/** @returns how many of the runs were killed, and what the last one said */
async function migrate(
  proxy: FaultyProxy,
  env: Readonly<Record<string, string>>,
  words: readonly string[],
) {
  const start = () =>
    spawn(process.execPath, [join(ROOT, 'bin/infinitetalk.js'), 'db', 'migrate', ...words], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  let kills = 0
  for (let run = 0; run < KILLS; run += 1) {
    const command = start()
    const ended = once(command, 'exit')
    const killAt = proxy.counts.passed + 1 + Math.floor(Math.random() * MOST_REQUESTS)
    while (command.exitCode === null && proxy.counts.passed < killAt) await sleep(2)
    await sleep(Math.random() * MOST_MS)
    if (command.kill('SIGKILL')) kills += 1
    await ended
  }
  const command = start()
  const said = { out: '', error: '' }
  command.stdout.on('data', (text) => (said.out += text))
  command.stderr.on('data', (text) => (said.error += text))
  const [code] = await once(command, 'close')
  expect(said.error).toBe('')
  expect(code).toBe(0)
  return { kills, said: said.out.trim() }
}
