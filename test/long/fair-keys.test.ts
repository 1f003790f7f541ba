// Ten keys with backlogs on a whole hub, and a flood of one beside the first job of another. The small version is
// test/contract/fair-dispatch-suite.ts.
import { createClient } from '@infinitetalk/client'
import type { BatchResource, JobResource } from '@infinitetalk/contract'
import { expect, it, vi } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { openKeyTools } from '../../src/main/open-key-tools.ts'
import { BODY, base64 } from '../support/hub-bench.ts'
import { startHub } from '../support/serving-hub.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { json } from '../support/test-hub.ts'

const ADMIN = '0123456789abcdef'
const WEIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
/** Jobs of a key for each unit of its weight: counted, and submitted, so that no key runs out while they are counted. */
const COUNTED = 10
const SUBMITTED = 12
const FLOOD = 300
const DEADLINE_MS = 20 * 60_000

it('ten keys get their shares, and a flood delays the first job of another by one job at most', async () => {
  const dataFolder = (await createTestFolder()).path('data')
  const env = {
    INFINITETALK_ENGINE: 'noop',
    INFINITETALK_API_KEYS: `admin:${ADMIN}`,
    INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1MB',
    INFINITETALK_LIMIT_RENDER_MAX_PARALLEL: '1',
  }
  const accepting = await startHub({ dataFolder, env, words: ['--no-worker'] })
  const secrets = new Map<string, string>()
  await using keys = await openKeyTools(
    loadConfig({ env: { ...env, INFINITETALK_DATA_DIR: dataFolder } }),
  )
  const addKey = async (name: string, weight: number): Promise<void> => {
    secrets.set(name, await keys.create({ name, isAdmin: false, rules: { weight } }))
  }
  for (const weight of WEIGHTS) await addKey(`key-${weight}`, weight)
  await addKey('flood', 1)
  await addKey('late', 1)

  const keyOf = new Map<string, string>()
  const submit = async (url: string, name: string, count: number): Promise<BatchResource> => {
    const headers = { authorization: `Bearer ${secrets.get(name)}` }
    const items = Array.from({ length: count }, (_, seed) => ({ seed }))
    const body = { defaults: { ...BODY, image: { base64: base64(name) } }, items }
    // A new key is known within 2 s.
    const answer = await vi.waitUntil(
      async () => {
        const sent = await fetch(`${url}/v1/batches`, json(body, headers))
        return sent.status === 401 ? false : sent
      },
      { timeout: 60_000, interval: 500 },
    )
    expect(answer.status).toBe(202)
    const batch = (await answer.json()) as BatchResource
    for (const { job_id } of batch.items) keyOf.set(job_id!, name)
    return batch
  }
  const jobsOf = async (url: string, names: readonly string[]): Promise<JobResource[]> => {
    const client = createClient({ baseUrl: url, token: ADMIN })
    const all: JobResource[] = []
    for await (const job of client.jobs.listAll({ limit: 100 })) {
      if (names.includes(keyOf.get(job.id) ?? '')) all.push(job)
    }
    return all
  }
  const ended = (url: string, { id }: BatchResource): Promise<boolean> =>
    vi.waitUntil(
      async () => {
        const headers = { authorization: `Bearer ${ADMIN}` }
        const answer = await fetch(`${url}/v1/batches/${id}`, { headers })
        return ((await answer.json()) as BatchResource).status === 'ended'
      },
      { timeout: DEADLINE_MS, interval: 1000 },
    )

  const names = WEIGHTS.map((weight) => `key-${weight}`)
  const backlogs: BatchResource[] = []
  for (const [index, name] of names.entries()) {
    backlogs.push(await submit(accepting.url, name, WEIGHTS[index]! * SUBMITTED))
  }
  await accepting.kill('SIGTERM')
  const { url } = await startHub({ dataFolder, env })
  for (const batch of backlogs) await ended(url, batch)
  const jobs = await jobsOf(url, names)
  const sum = WEIGHTS.reduce((all, weight) => all + weight, 0)
  expect(jobs).toHaveLength(sum * SUBMITTED)
  const first = jobs
    .toSorted((a, b) => millis(a.finished_at) - millis(b.finished_at))
    .slice(0, sum * COUNTED)
  const shares = names.map((name) => first.filter(({ id }) => keyOf.get(id) === name).length)
  const off = shares.map((share, index) => Math.abs(share / (WEIGHTS[index]! * COUNTED) - 1))
  console.log('ten keys:', { weights: WEIGHTS, shares, mostOff: Math.max(...off) })
  expect(Math.max(...off)).toBeLessThanOrEqual(0.1)

  const flood = await submit(url, 'flood', FLOOD)
  const lateBatch = await submit(url, 'late', 1)
  await ended(url, lateBatch)
  const floodNow = await jobsOf(url, ['flood'])
  const [late] = await jobsOf(url, ['late'])
  const between = floodNow.filter(
    ({ started_at }) =>
      millis(started_at) > millis(late!.created_at) &&
      millis(started_at) < millis(late!.started_at),
  )
  await ended(url, flood)
  const times = (await jobsOf(url, ['flood']))
    .map(({ started_at, finished_at }) => millis(finished_at) - millis(started_at))
    .toSorted((a, b) => a - b)
  console.log('flood:', {
    startedBetween: between.length,
    waitedMs: millis(late!.started_at) - millis(late!.created_at),
    jobMs: { median: times[times.length >> 1], longest: times.at(-1) },
    floodEndedBefore: floodNow.filter((job) => millis(job.finished_at) < millis(late!.started_at))
      .length,
  })
  // The flood was not over: its last job ended after the late one.
  const last = Math.max(...(await jobsOf(url, ['flood'])).map((job) => millis(job.finished_at)))
  expect(last).toBeGreaterThan(millis(late!.finished_at))
  expect(between.length).toBeLessThanOrEqual(1)
})

/** A time that is not there is later than all. */
function millis(time: string | null): number {
  return time === null ? Number.POSITIVE_INFINITY : Date.parse(time)
}
