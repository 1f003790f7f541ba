// Fault 109 in full: a real hub on a small disk that is filled up to another amount before each job, so that each write is at
// some time the one that finds no space. Needs a file system of its own, and so the right to mount one.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { startHub } from '../support/serving-hub.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { tinyRequest } from '../support/test-hub.ts'

const DISK = '24m'
const MOST_LEFT_KIB = 2000
const STEP_KIB = 20
const ENV = {
  INFINITETALK_ENGINE: 'preview',
  // The guard before a submission is not what is tested here.
  INFINITETALK_LIMIT_DISK_RESERVE_BYTES: '1',
}

interface JobAnswer {
  readonly id: string
  readonly status: string
  readonly error: { readonly code: string } | null
}

type Outcome = 'refused' | 'failed' | 'succeeded'

it('fault 109: no space at any write is told as disk_full, breaks nothing, and is over when there is space', async () => {
  const disk = await mountSmallDisk(DISK)
  const dataFolder = join(disk.folder, 'data')
  const hub = await startHub({ dataFolder, env: ENV })
  const request = { ...(await tinyRequest()), width: 64, height: 64, max_frames: 10 }
  const submit = async (seed: number): Promise<JobAnswer | null> => {
    const response = await fetch(`${hub.url}/v1/jobs`, {
      method: 'POST',
      body: JSON.stringify({ ...request, seed }),
      headers: { 'content-type': 'application/json' },
    })
    const answer = (await response.json()) as JobAnswer & { readonly code?: string }
    if (response.ok) return answer
    expect([response.status, answer.code], JSON.stringify(answer)).toEqual([507, 'disk_full'])
    return null
  }
  const ended = (id: string, waitMs: number) => waitForEnd(hub.url, id, waitMs)
  expect((await ended((await submit(0))!.id, 60_000))?.status).toBe('succeeded')

  const count: Record<Outcome, number> = { refused: 0, failed: 0, succeeded: 0 }
  for (let leftKib = 0; leftKib <= MOST_LEFT_KIB; leftKib += STEP_KIB) {
    await disk.leave(leftKib * 1024)
    const job = await submit(leftKib + 1)
    const early = job === null ? null : await ended(job.id, 3000)
    await disk.free()
    // One that could not even write down that it failed does so now.
    const last = job === null ? null : (early ?? (await ended(job.id, 60_000)))
    if (last === null) expect(job).toBeNull()
    if (last?.status === 'failed') expect(last.error?.code).toBe('disk_full')
    count[(last?.status ?? 'refused') as Outcome] += 1
    if (job !== null) await fetch(`${hub.url}/v1/jobs/${job.id}`, { method: 'DELETE' })
  }
  console.log('a disk with 0 to', MOST_LEFT_KIB, 'KiB left:', count)
  expect(count.refused).toBeGreaterThan(0)
  expect(count.failed).toBeGreaterThan(0)
  expect(count.succeeded).toBeGreaterThan(0)

  await hub.kill('SIGKILL')
  const database = new Database(join(dataFolder, 'hub.sqlite'), { fileMustExist: true })
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
  database.close()
  const again = await startHub({ dataFolder, env: ENV })
  const { id } = (await (
    await fetch(`${again.url}/v1/jobs`, {
      method: 'POST',
      body: JSON.stringify(request),
      headers: { 'content-type': 'application/json' },
    })
  ).json()) as JobAnswer
  expect((await waitForEnd(again.url, id, 60_000))?.status).toBe('succeeded')
})

/** null when it did not end in time. */
async function waitForEnd(url: string, id: string, waitMs: number): Promise<JobAnswer | null> {
  const deadline = Date.now() + waitMs
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/v1/jobs/${id}`)
    const job = (await response.json()) as JobAnswer
    expect(response.ok, JSON.stringify(job)).toBe(true)
    if (!['queued', 'running'].includes(job.status)) return job
    await sleep(25)
  }
  return null
}
