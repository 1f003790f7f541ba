// Many requests that wait for one job cost as much as one.
import { describe, expect, it } from 'vitest'
import type { UnitOfWork } from '../../src/app/ports/unit-of-work.ts'
import { createHubBench, signal } from '../support/hub-bench.ts'
import { startTestHub } from '../support/test-hub.ts'

const WAITERS = 1000

describe('14.11: a thousand who wait for a job', () => {
  it('are told of its end by a handful of reads', async () => {
    const bench = await createHubBench()
    const { hub, renderer, submit } = bench
    const { job } = await submit()
    const render = await renderer.next()
    const waits = Array.from({ length: WAITERS }, () =>
      hub.jobs.waitForEnd(job.id, { waitMs: 20_000, signal }),
    )
    const reads = countReads(bench.ports.unitOfWork)
    render.succeed()
    const views = await Promise.all(waits)
    expect(new Set(views.map((view) => view.job.status))).toEqual(new Set(['succeeded']))
    expect(reads.count).toBeLessThan(WAITERS / 20)
  })

  it('hear at once of a job that has ended or is removed', async () => {
    const { hub, renderer, submit, ended } = await createHubBench()
    renderer.immediately = true
    const { job } = await submit()
    const { job: done } = await ended(job.id)
    const sinceVersion = done.version + 1
    const waits = Array.from({ length: 3 }, () =>
      hub.jobs.waitForChange(job.id, { sinceVersion, waitMs: 20_000, signal }),
    )
    // An ended job no longer changes: it is returned at once.
    for (const { job: seen } of await Promise.all(waits)) expect(seen.id).toBe(job.id)
    await hub.jobs.delete(job.id)
    await expect(hub.jobs.waitForEnd(job.id, { waitMs: 20_000, signal })).rejects.toMatchObject({
      code: 'job_not_found',
    })
  })
})

describe('14.11: a request that waits', () => {
  it('is refused beyond the limit, at every route, and no job is made for it', async () => {
    await using hub = await startTestHub({
      works: false,
      env: { INFINITETALK_LIMIT_WAIT_MAX_CLIENTS: '2' },
    })
    const id = await hub.submit()
    const waiting = new AbortController()
    const held = [1, 2].map(() =>
      fetch(`${hub.url}/v1/jobs/${id}?wait=20`, { signal: waiting.signal }).catch(() => null),
    )
    // The earlier requests are answered first.
    for (let turn = 0; turn < 5; turn += 1) await (await hub.fetch('/readyz')).arrayBuffer()
    const before = (await hub.hub.status.queue()).waiting
    for (const [path, init] of [
      [`/v1/jobs/${id}?wait=1`, {}],
      ['/generate', { method: 'POST', headers: JSON_TYPE, body: '{}' }],
      ['/v2/x/runsync', { method: 'POST', headers: JSON_TYPE, body: '{"input":{}}' }],
    ] as const) {
      const answer = await fetch(`${hub.url}${path}`, init)
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '2'])
      const problem = (await answer.json()) as { code: string; detail: string }
      expect(problem.code).toBe('server_busy')
      expect(problem.detail).toContain('INFINITETALK_LIMIT_WAIT_MAX_CLIENTS')
    }
    expect((await hub.hub.status.queue()).waiting).toBe(before)
    waiting.abort()
    await Promise.all(held)
  })
})

const JSON_TYPE = { 'content-type': 'application/json' }

/** Counts the reads from now on. */
function countReads(unitOfWork: UnitOfWork) {
  const read = unitOfWork.read.bind(unitOfWork)
  const state = { count: 0 }
  Object.assign(unitOfWork, {
    read: (work: Parameters<UnitOfWork['read']>[0]) => {
      state.count += 1
      return read(work)
    },
  })
  return {
    get count() {
      return state.count
    },
  }
}
